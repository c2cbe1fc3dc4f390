/** The ways into a room: with a login of its Jupyter server, or as a guest with a link. */
import {Api, ApiError, guestSocketUrl, roomSocketUrl} from "../wire/api";
import type {RoomOptions} from "../wire/api";
import type {GuestLink} from "../wire/links";
import type {ClientMessage, Hello, Welcome} from "../wire/protocol.gen";
import type {Edge} from "./environment";

export interface Door {
  /** The address of the room's socket. */
  readonly url: string;
  /** By what the room's unsent edits are found again in this tab. */
  readonly room: string;
  /** Done before the first socket. Rejects with `ApiError`. */
  readonly prepare: (() => Promise<unknown>) | null;
  /** Asks what is the matter when sockets do not even open. Rejects with `ApiError`. */
  probe(): Promise<unknown>;
  /** The first message on a socket. */
  greet(hello: Hello): ClientMessage;
  welcomed(welcome: Welcome): void;
  /** Answers `confirm_login`. Rejects with `ApiError`. */
  confirmLogin(id: string): Promise<void>;
}

/** For somebody who is logged in. */
export interface MemberEntry {
  /** Jupyter's base URL, as a path or a whole address. */
  readonly baseUrl: string;
  readonly roomId: string;
  /** Make the room with this, if there is none of that id, before the socket is opened. */
  readonly ensure?: RoomOptions;
}

/** For somebody with a link. */
export interface GuestEntry {
  readonly guest: GuestLink;
  /** By which the others know them. */
  readonly name: string;
  /**
   * Finds out, where the page may ask, whether that server answers though its socket does not open,
   * and gives the sentence to say then. Rejects when it does not answer.
   */
  readonly reach?: () => Promise<string>;
}

export type Entry = MemberEntry | GuestEntry;

export function doorOf(entry: Entry, edge: Edge): Door {
  return "guest" in entry ? guestDoor(entry) : memberDoor(entry, edge);
}

function memberDoor({baseUrl, roomId, ensure}: MemberEntry, edge: Edge): Door {
  const api = new Api(baseUrl, edge.transport);
  const url = roomSocketUrl(baseUrl, roomId, edge.here);
  let made = false;
  return {
    url,
    room: url,
    // Once: a room that somebody deletes is not made again by a retry.
    prepare: ensure
      ? async () => {
          if (!made) await api.ensureRoom(roomId, ensure);
          made = true;
        }
      : null,
    probe: () => api.health(),
    // Requests to another origin carry no login, and a socket to it may.
    greet: hello => (hasLogin(url, edge.here) ? {...hello, confirmsLogin: true} : hello),
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

function guestDoor({guest, name, reach}: GuestEntry): Door {
  const {baseUrl, room, invite} = guest;
  const url = guestSocketUrl(baseUrl);
  // The link's key is shown once; who was let in comes back by a token of their own, and is known.
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
    greet: hello => ({...hello, room, invite, name, ...proof}),
    welcomed({resume}) {
      if (resume) proof = {resume};
    },
    // A guest has no login and is not asked.
    confirmLogin: () => Promise.resolve(),
  };
}
