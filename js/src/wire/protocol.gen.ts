// Generated from jupyter_pairedit/protocol.py by js/generate_protocol.py

/** The WebSocket subprotocol of the edit dialect; without it, the whole-file dialect. */
export const EDIT_DIALECT = "pairedit.v1";

/** A change set as CodeMirror's `ChangeSet.toJSON` writes it. */
export type ChangeJSON = (number | (number | string)[])[];

export type ErrorCode =
  | "malformed"
  | "bad_change"
  | "too_large"
  | "forbidden"
  | "storage"
  | "quota"
  | "stale"
  | "room_full";

/**
 * The first message of the edit dialect, due within five seconds.
 *
 * `key` is a secret that the editor made up when it was mounted. The server derives the client id
 * from it, so whoever reconnects with the same key is the same client, even after a restart of the
 * server, and nobody else can be. With `version` and `epoch` the client resumes: it has the room's
 * text at that version.
 */
export interface Hello {
  type: "hello";
  key: string;
  version?: number;
  epoch?: string;
  /** Whether the client knows the message `accepted`. */
  accepted?: boolean;
}

/**
 * Identifies a whole-file write: `[writer, number]`.
 *
 * `writer` is chosen at random; `number` increases with each of its writes. The room carries out a
 * write once, whichever clients send it, and does not carry it out after a later one of the same
 * writer.
 */
export type WriteId = [writer: string, number: number];

/**
 * Either `code`, the whole file, or `version` and `updates`, edits.
 *
 * In the edit dialect, `code` may have an `id`. Such a write can be sent again; it is answered by
 * `saved` with the `id`.
 */
export interface CodeChange {
  type: "code_change";
  code?: string;
  id?: WriteId;
  version?: number;
  updates?: ChangeJSON[];
}

/**
 * Where the client's caret is, when it did not get there by typing.
 *
 * In the code at `version`, which is the newest that the client has, with no unsent edits on it.
 * Whoever types is where they typed; everybody works that out.
 */
export interface Here {
  type: "presence";
  version: number;
  anchor: number;
  head: number;
}

/**
 * What a client that has been quiet for two seconds shows.
 *
 * `hash` is the CRC-32 of the code as UTF-8, in eight hexadecimal digits. Where it is not the
 * room's, the server sends `initial_state`, else `presence` with nothing new: a client that hears
 * nothing at all is on a dead line. It asks again every 30 seconds in which nothing happens.
 */
export interface Check {
  type: "check";
  version: number;
  hash: string;
}

/** A guest asks what may follow at a position in the code at `version`. */
export interface Ask {
  type: "autocomplete";
  cursorPosition: number;
  version: number;
  /** Of the question; its answer has the same. */
  id?: number;
}

/**
 * The first message of a guest, in either dialect, due within five seconds.
 *
 * `secret` is the key of their link, or `resume` is the token of their last `welcome`. The rest is
 * as in `hello`; only the edit dialect needs `key`.
 */
export interface GuestHello {
  type: "hello";
  room: string;
  invite: string;
  /** By which the others know them; the server cleans it and makes it unique. */
  name: string;
  secret?: string;
  resume?: string;
  key?: string;
  version?: number;
  epoch?: string;
  accepted?: boolean;
}

/** Answers `hello`: who the client is, and what the room is. */
export interface Welcome {
  type: "welcome";
  clientId: string;
  /** Differs when the room's history is another one than the client knew. */
  epoch: string;
  /**
   * True: what is newer than the client's version follows as `code_update`. False: `initial_state`
   * follows, and what the client had not sent is its own.
   */
  resumed: boolean;
  title: string;
  language: string;
  /** People at a time. */
  limit: number;
  role?: "edit" | "owner" | "view";
  guest?: boolean;
  /** Brings a guest back in, in the place of the link's key. */
  resume?: string;
  /** Whether this client may ask for suggestions over the socket. */
  autocomplete?: boolean;
  /** Whether the client's edits are `accepted` first and `saved` later. */
  accepted?: boolean;
}

/** The room's code at a version, in either dialect. */
export interface InitialState {
  type: "initial_state";
  code: string;
  version: number;
}

/**
 * One revision on the wire: `[clientId, changes]` or `[clientId, changes, 1]`.
 *
 * An array and not an object, because most of what the socket carries is single keys and their
 * names would weigh more than they do.
 */
export type Update = [clientId: string | 0, changes: ChangeJSON, write?: 0 | 1];

/**
 * What is new: `code` in the whole-file dialect, `updates` in the edit dialect.
 *
 * `version` is the version *after* it. The receiver has `version - len(updates)`. It is left out of
 * updates that follow what the same connection was sent before, and is there in the first ones
 * after `welcome` or `initial_state`.
 */
export interface CodeUpdate {
  type: "code_update";
  version?: number;
  code?: string;
  updates?: Update[];
}

/**
 * All that is new up to `version` are this client's own edits: others see them.
 *
 * They survive the end of the server's process; `saved` follows when they survive a loss of power.
 * The client may push more. Sent to a client whose `hello` and `welcome` have `accepted`, instead
 * of a `code_update` that would carry its own text back to it. Left out, `version` is one more than
 * the client was sent before.
 */
export interface Accepted {
  type: "accepted";
  version?: number;
}

/**
 * All that is new up to `version` are this client's own edits: they are stored.
 *
 * They survive a loss of power. Sent instead of a `code_update` that would carry a client's own
 * text back to it. Left out, `version` is one more than that which the client was sent before. If
 * `welcome` had `accepted`, nothing is new: all of the client's edits up to `version` are stored;
 * left out, all that it was sent.
 *
 * With `id`, the whole-file write with that id is stored, by this client or another one. All
 * revisions up to `version` were sent before.
 */
export interface Saved {
  type: "saved";
  version?: number;
  id?: WriteId;
}

/** What this client may do from now on; it holds already for what comes in. */
export interface RoleChange {
  type: "role";
  role: "edit" | "owner" | "view";
}

/** Answers `autocomplete`: each question, unless an `error` has its `id`. */
export interface Suggestion {
  type: "suggestion";
  /** Empty for none. */
  suggestion: string;
  detail?: string;
  /** Of the question. */
  id?: number;
}

/** Somebody who is in the room now, with one entry for all their clients. */
export interface Person {
  name: string;
  /** 1 to 7: JupyterLab's `--jp-collaborator-color<n>`. */
  color: number;
  clients: string[];
  /** Whether they came by a guest link. The server says so, never they. */
  guest?: boolean;
  /** What the link is called by those who made it. */
  label?: string;
}

/** A client's selection: `[clientId, anchor, head]`; `head` is the caret. */
export type Caret = [clientId: string, anchor: number, head: number];

/**
 * Who is in the room, and where their carets are; what did not change is left out.
 *
 * `people` is everybody, in the order in which they came. `carets` are those that have moved, in
 * the code at `version`.
 */
export interface Presence {
  type: "presence";
  people?: Person[];
  version?: number;
  carets?: Caret[];
}

/**
 * A message was refused, or the room cannot store for now.
 *
 * `code` is for programs (see `ErrorCode`), `message` a sentence for people that names what was
 * expected and what was found.
 */
export interface Error {
  type: "error";
  code: ErrorCode;
  message: string;
  fatal?: boolean;
  /** Of `stale`: the version to read on to before the next push. */
  version?: number;
  /** Of `room_full`: how many people the room takes at a time. */
  limit?: number;
  /** Of the question that was refused, if it was one. */
  id?: number;
}

export type ClientMessage = Hello | CodeChange | Here | Check | Ask | GuestHello;

export type ServerMessage =
  | Welcome
  | InitialState
  | CodeUpdate
  | Accepted
  | Saved
  | RoleChange
  | Suggestion
  | Presence
  | Error;

/** Close codes of the socket (RFC 6455, section 7.4, and our own from 4400). */
export const Close = {
  ROOM_FULL: 1001,
  NO_SUCH_ROOM: 1008,
  RESTARTING: 1012,
  INTERNAL: 1011,
  TRY_LATER: 1013,
  MALFORMED: 4400,
  INVITE_NOT_VALID: 4401,
  REPLACED: 4402,
  FORBIDDEN: 4403,
  NO_HELLO: 4408,
  TOO_OLD: 4409,
  INVITE_EXPIRED: 4410,
  INVITE_REVOKED: 4411,
  ROOM_DELETED: 4412,
  KICKED: 4413,
  TOO_SLOW: 4414,
  RATE: 4429,
  STORAGE_LOST: 4503,
} as const;
