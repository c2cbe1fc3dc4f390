/** How a client connects to a room: as a member with a login, or as a guest with a link. */
import {Api, ApiError, guestSocketUrl, roomSocketUrl, xsrfToken} from "../wire/api";
import type {RoomOptions} from "../wire/api";
import type {GuestLink} from "../wire/links";
import type {ClientMessage, Hello, Welcome} from "../wire/protocol.gen";
import type {Edge} from "./environment";

export interface Access {
  /** The address of the room's socket. */
  readonly url: string;
  /** Identifies the room's stored drafts in this tab. */
  readonly room: string;
  /** Runs before the first socket. Rejects with `ApiError`. */
  readonly prepare: (() => Promise<unknown>) | null;
  /** Requests the server's health when sockets do not open. Rejects with `ApiError`. */
  probe(): Promise<unknown>;
  /** Returns the first message on a socket. */
  firstMessage(hello: Hello): ClientMessage;
  welcomed(welcome: Welcome): void;
  /** Answers `confirm_login`. Rejects with `ApiError`. */
  confirmLogin(id: string): Promise<void>;
}

/** The entry of a person with a login. */
export interface MemberEntry {
  /** Jupyter's base URL, as a path or a whole address. */
  readonly baseUrl: string;
  readonly roomId: string;
  /** Creates the room with these options before the first socket, if it does not exist. */
  readonly ensure?: RoomOptions;
}

/** The entry of a person with a guest link. */
export interface GuestEntry {
  readonly guest: GuestLink;
  /** The name that others see. */
  readonly name: string;
  /**
   * Returns the message to show if the server answers and its socket does not open. Rejects if the
   * server does not answer.
   */
  readonly reach?: () => Promise<string>;
}

export type Entry = MemberEntry | GuestEntry;

export function accessOf(entry: Entry, edge: Edge): Access {
  return "guest" in entry ? guestAccess(entry) : memberAccess(entry, edge);
}

function memberAccess({baseUrl, roomId, ensure}: MemberEntry, edge: Edge): Access {
  const api = new Api(baseUrl, edge.transport);
  const url = roomSocketUrl(baseUrl, roomId, edge.here);
  let made = false;
  return {
    url,
    room: url,
    // Once, so that `retry` does not create a deleted room again.
    prepare: ensure
      ? async () => {
          if (!made) await api.ensureRoom(roomId, ensure);
          made = true;
        }
      : null,
    probe: () => api.health(),
    // Requests to another origin carry no login, and a socket to it may.
    firstMessage(hello) {
      const named = {...hello, ...(edge.name && {name: edge.name.value})};
      if (!hasLogin(url, edge.here)) return named;
      const xsrf = xsrfToken(edge.transport);
      return {...named, confirmsLogin: true, ...(xsrf && {xsrf})};
    },
    welcomed() {},
    confirmLogin: id => api.confirmLogin(id),
  };
}

/** Returns whether requests to the host of `url` carry the login of this page. */
function hasLogin(url: string, here = location.href): boolean {
  return new URL(url).host === new URL(here).host;
}

const NO_ANSWER =
  "The server of this room does not answer. " +
  "It may be switched off, or take no guests any more.";

function guestAccess({guest, name, reach}: GuestEntry): Access {
  const {baseUrl, room, invite} = guest;
  const url = guestSocketUrl(baseUrl);
  // The link's key is sent once. An admitted guest reconnects with a token, which keeps its name.
  let proof: {secret: string} | {resume: string} = {secret: guest.secret};
  return {
    url,
    room: `${url}#${room}`,
    prepare: null,
    async probe() {
      const sentence = await reach?.().catch(() => "");
      if (!sentence) throw new ApiError(0, "unreachable", NO_ANSWER);
      throw new ApiError(400, "origin", sentence);
    },
    firstMessage: hello => ({...hello, room, invite, name, ...proof}),
    welcomed({resume}) {
      if (resume) proof = {resume};
    },
    // A guest has no login and is not asked.
    confirmLogin: () => Promise.resolve(),
  };
}
