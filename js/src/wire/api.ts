/** The REST routes of the server extension that the browser side uses. */

/** What the server answered instead of doing it. `status` is 0 if the server was not reached. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Of a version that was merged: the last one before it and the first after it that are kept. */
    readonly nearest: readonly [number, number] | null = null,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** What a room may be made with; the server has a default for each. */
export interface RoomOptions {
  code?: string;
  title?: string;
  language?: string;
  limit?: number;
}

export interface RoomLink {
  roomId: string;
  url: string;
}

/** What is known of a room without opening it. */
export interface RoomEntry extends RoomLink {
  title: string;
  language: string;
  limit: number;
  version: number;
  /** The names of those who are in it. */
  people: string[];
}

/** A room in the list, which begins with the last changed one. */
export interface ListedRoom extends RoomEntry {
  /** In seconds since 1970. */
  changedAt: number;
}

export interface Completion {
  suggestion: string;
  detail: string;
}

export interface Health {
  status: string;
  version: string;
}

/** Who last changed which line, as Python's `blame()` reads it. */
export interface Blame {
  version: number;
  authors: string[];
  lines: {line: number; count: number; author: string; at: number; kind: string}[];
}

/** What the wrapper needs of a browser, so that tests need none. */
export interface Transport {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** `document.cookie`. */
  readonly cookie: () => string;
}

const LOGIN_ENDED = "The login may have ended. Log in again in another tab.";

const browser: Transport = {
  fetch: (url, init) => fetch(url, init),
  cookie: () => document.cookie,
};

/**
 * Calls the routes below `{baseUrl}pairedit/`. Each method rejects with `ApiError`, or with the
 * signal's AbortError. Nothing of a request is in its URL but the room's id and version numbers.
 */
export class Api {
  readonly baseUrl: string;

  constructor(
    baseUrl: string,
    private readonly transport: Transport = browser,
  ) {
    this.baseUrl = baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`;
  }

  createRoom(options: RoomOptions = {}): Promise<RoomLink> {
    return this.call("POST", "rooms", options);
  }

  /** Make the room if there is none of that id. May be repeated. */
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
    return this.call("GET", `${roomPath(roomId)}/blame`);
  }

  /** Suggest what may follow. `cursorPosition` counts UTF-16 units. */
  complete(
    code: string,
    cursorPosition: number,
    language: string,
    signal?: AbortSignal,
  ): Promise<Completion> {
    return this.call("POST", "autocomplete", {code, cursorPosition, language}, signal);
  }

  health(): Promise<Health> {
    return this.call("GET", "health");
  }

  /** Call a route below `pairedit/` and give the JSON of its answer. */
  async call<T>(
    method: string,
    path: string,
    body?: object,
    signal?: AbortSignal,
  ): Promise<T> {
    const headers: Record<string, string> = {Accept: "application/json"};
    const token = /(?:^|;\s*)_xsrf=([^;]*)/.exec(this.transport.cookie())?.[1];
    if (token) headers["X-XSRFToken"] = decodeURIComponent(token);
    // No route of ours redirects. A proxy whose login has ended does, to another origin as a rule,
    // and following that fails as if the server could not be reached.
    const init: RequestInit = {method, headers, credentials: "same-origin", redirect: "manual"};
    if (signal) init.signal = signal;
    if (body) {
      headers["Content-Type"] = "application/json";
      init.body = JSON.stringify(body);
    }
    const response = await this.reach(`${this.baseUrl}pairedit/${path}`, init);
    if (response.type === "opaqueredirect") throw new ApiError(0, "redirected", LOGIN_ENDED);
    if (!response.ok) throw await refusal(response);
    if (response.status === 204) return undefined as T;
    // A login page is a redirect to HTML, and a success to `fetch`.
    if (!isJson(response)) throw new ApiError(401, "login", "The server asks for a login.");
    return (await response.json()) as T;
  }

  private async reach(url: string, init: RequestInit): Promise<Response> {
    try {
      return await this.transport.fetch(url, init);
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new ApiError(0, "unreachable", "The Jupyter server cannot be reached.");
    }
  }
}

/** A way to ask for suggestions at a server: the text that may follow, or null for none. */
export function complete(baseUrl: string) {
  const api = new Api(baseUrl);
  return async (...question: Parameters<Api["complete"]>): Promise<string | null> =>
    (await api.complete(...question)).suggestion || null;
}

/** The address of a room's socket, as seen from the page at `here`. */
export function roomSocketUrl(baseUrl: string, roomId: string, here = location.href): string {
  const base = new URL(baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`, here);
  const url = new URL(`pairedit/ws/${encodeURIComponent(roomId)}`, base);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

/** The address of the socket for guests of a server. */
export function guestSocketUrl(baseUrl: string): string {
  const url = new URL("pairedit/guest/ws", baseUrl);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

function roomPath(roomId: string): string {
  return `rooms/${encodeURIComponent(roomId)}`;
}

function isJson(response: Response): boolean {
  return (response.headers.get("Content-Type") ?? "").includes("json");
}

async function refusal(response: Response): Promise<ApiError> {
  const {status} = response;
  const body: unknown = isJson(response) ? await response.json().catch(() => null) : null;
  const {code, message, nearest} = (
    typeof body === "object" && body ? body : {}
  ) as Partial<ApiError>;
  return new ApiError(
    status,
    typeof code === "string" ? code : "",
    typeof message === "string" && message ? message : `The server answered with ${status}.`,
    nearest ?? null,
  );
}
