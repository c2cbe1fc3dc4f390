/** The REST routes of the server extension that the browser side uses. */
import type {Mark} from "./marks";
import type {Settings} from "./protocol.gen";

/** A request failed. `status` is the HTTP status, or 0 if the server was not reached. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** For a merged version: the last version before it and the first one after it that exist. */
    readonly nearest: readonly [number, number] | null = null,
    /** Where somebody else has changed the room: its properties now. */
    readonly room: Properties | null = null,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** What members can change of a room. */
export interface Properties {
  title: string;
  language: string;
  limit: number;
  settings: Settings;
  /** How often they were changed. */
  changes: number;
}

/** The settings of a new room. The server has a default for each. */
export interface RoomOptions {
  code?: string;
  title?: string;
  language?: string;
  limit?: number;
  /** The name by which the owner of the server opens the room. */
  name?: string;
}

/** Whether a name led to a room, or got one, or got another one after a deletion. */
export type Outcome = "found" | "created" | "recreated";

export interface RoomLink {
  roomId: string;
  url: string;
}

/** What the server lists of a room. */
export interface RoomEntry extends RoomLink {
  title: string;
  language: string;
  limit: number;
  version: number;
  /** The names of the people in the room. */
  people: string[];
}

/** A room in the list, which is sorted by `changedAt`, newest first. */
export interface ListedRoom extends RoomEntry, Properties {
  /** Seconds since 1970. */
  changedAt: number;
  /** The name that opens the room on this server; null if it has none. */
  name: string | null;
}

export interface Completion {
  suggestion: string;
  detail: string;
}

export interface Health {
  status: string;
  version: string;
}

/** Who last changed which lines, and the marks of that change, for `blame()` in Python. */
export interface Blame {
  version: number;
  authors: string[];
  lines: BlamedLines[];
}

/** `count` lines from `line` on. */
export interface BlamedLines {
  line: number;
  count: number;
  author: string;
  at: number;
  kind: string;
  marks?: Mark[];
}

/** The parts of the browser that `Api` uses; tests pass others. */
export interface Transport {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** `document.cookie`. */
  readonly cookie: () => string;
}

const UNREACHABLE = "The Jupyter server cannot be reached.";
const LOGIN_ENDED = "The login may have ended. Log in again in another tab.";

const browser: Transport = {
  fetch: (url, init) => fetch(url, init),
  cookie: () => document.cookie,
};

/** The value of Jupyter's XSRF cookie; empty without one. */
export function xsrfToken({cookie}: Transport = browser): string {
  return decodeURIComponent(/(?:^|;\s*)_xsrf=([^;]*)/.exec(cookie())?.[1] ?? "");
}

/**
 * Calls the routes below `{baseUrl}pairedit/`. Each method rejects with `ApiError`, or with the
 * signal's AbortError. URLs, which servers log, have ids and version numbers, and no code.
 */
export class Api {
  readonly baseUrl: string;
  /** Seconds by which the server's clock is ahead of this machine's, from its last reply. */
  private ahead = 0;

  constructor(
    baseUrl: string,
    private readonly transport: Transport = browser,
  ) {
    this.baseUrl = baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`;
  }

  /** The server's time in seconds since 1970, to compare with times from the server. */
  now(): number {
    return Date.now() / 1000 + this.ahead;
  }

  createRoom(options: RoomOptions = {}): Promise<RoomLink> {
    return this.call("POST", "rooms", options);
  }

  /** Returns the room of that name, and creates it unless it exists. */
  openName(name: string, options: RoomOptions = {}): Promise<RoomLink & {outcome: Outcome}> {
    return this.call("POST", "rooms", {...options, name});
  }

  /** Creates the room unless it exists. */
  ensureRoom(roomId: string, options: RoomOptions = {}): Promise<RoomEntry> {
    return this.call("PUT", roomPath(roomId), options);
  }

  listRooms(): Promise<ListedRoom[]> {
    return this.call("GET", "rooms");
  }

  async deleteRoom(roomId: string): Promise<void> {
    await this.call("DELETE", roomPath(roomId));
  }

  blame(roomId: string): Promise<Blame> {
    return this.call("GET", roomPath(roomId, "blame"));
  }

  /** Returns a suggestion to insert at `cursorPosition` (UTF-16 units). */
  complete(
    code: string,
    cursorPosition: number,
    language: string,
    signal?: AbortSignal,
    roomId?: string,
    variant = 0,
  ): Promise<Completion> {
    const more = {...(roomId && {roomId}), ...(variant && {variant})};
    const body = {code, cursorPosition, language, ...more};
    return this.call("POST", "autocomplete", body, signal);
  }

  /** Answers `confirm_login`. Rejects if nobody, or somebody else, is logged in. */
  async confirmLogin(id: string): Promise<void> {
    // The parameter is Jupyter's: an open page must not keep an idle server from being culled.
    await this.call("GET", `login/${encodeURIComponent(id)}?no_track_activity=1`);
  }

  health(): Promise<Health> {
    return this.call("GET", "health");
  }

  /** Calls a route below `pairedit/` and returns the JSON of the reply. */
  async call<T>(
    method: string,
    path: string,
    body?: object,
    signal?: AbortSignal,
    more: Readonly<Record<string, string>> = {},
  ): Promise<T> {
    const headers: Record<string, string> = {Accept: "application/json", ...more};
    const token = xsrfToken(this.transport);
    if (token) headers["X-XSRFToken"] = token;
    // No route of ours redirects. A proxy whose login has ended does, to another origin as a rule,
    // and following that fails as if the server could not be reached.
    const init: RequestInit = {method, headers, credentials: "same-origin", redirect: "manual"};
    if (signal) init.signal = signal;
    if (body) {
      headers["Content-Type"] = "application/json";
      init.body = JSON.stringify(body);
    }
    const response = await this.fetch(`${this.baseUrl}pairedit/${path}`, init);
    const time = Date.parse(response.headers.get("Date") ?? "");
    if (time) this.ahead = (time - Date.now()) / 1000;
    if (response.type === "opaqueredirect") throw new ApiError(0, "redirected", LOGIN_ENDED);
    if (!response.ok) throw await errorOf(response);
    if (response.status === 204) return undefined as T;
    // A proxy may send its login page with status 200.
    if (!isJson(response)) throw new ApiError(401, "login", "The server asks for a login.");
    return (await bodyOf(response, signal)) as T;
  }

  private async fetch(url: string, init: RequestInit): Promise<Response> {
    try {
      return await this.transport.fetch(url, init);
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new ApiError(0, "unreachable", UNREACHABLE);
    }
  }
}

/** Returns the completer of a room of a server. */
export function complete(baseUrl: string, roomId: string) {
  const api = new Api(baseUrl);
  return async (
    code: string,
    at: number,
    language: string,
    signal: AbortSignal,
    variant: number,
  ) => {
    const answer = await api.complete(code, at, language, signal, roomId, variant);
    return {text: answer.suggestion, detail: answer.detail};
  };
}

/** The URL of a room's WebSocket. `here` is the address of the page. */
export function roomSocketUrl(baseUrl: string, roomId: string, here = location.href): string {
  const base = new URL(baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`, here);
  return socketUrl(`pairedit/ws/${encodeURIComponent(roomId)}`, base);
}

/** The URL of a server's WebSocket for guests. `baseUrl` is a whole address. */
export function guestSocketUrl(baseUrl: string): string {
  return socketUrl("pairedit/guest/ws", baseUrl);
}

function socketUrl(path: string, base: string | URL): string {
  const url = new URL(path, base);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

/** The path of a room's route, relative to `pairedit/`. */
export function roomPath(roomId: string, ...parts: string[]): string {
  return ["rooms", roomId, ...parts].map(encodeURIComponent).join("/");
}

function isJson(response: Response): boolean {
  return (response.headers.get("Content-Type") ?? "").includes("json");
}

/** Rejects with `ApiError` if the reply ends too early, as when a connection or a proxy is cut. */
async function bodyOf(response: Response, signal?: AbortSignal): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, "unreachable", UNREACHABLE);
  }
}

async function errorOf(response: Response): Promise<ApiError> {
  const body: unknown = isJson(response) ? await response.json().catch(() => null) : null;
  const {code, message, nearest, room} = Object(body) as Partial<ApiError>;
  const sentence = typeof message === "string" && message;
  return new ApiError(
    response.status,
    typeof code === "string" ? code : "",
    sentence || `The server answered with ${response.status}.`,
    nearest,
    room,
  );
}
