// Generated from jupyter_pairedit/protocol/ by js/generate_protocol.py

/** The version of the package that a file was built from. */
export const VERSION = "0.1.0";

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
  | "room_full"
  | "request";

export type RunState =
  | "asked"
  | "queued"
  | "running"
  | "done"
  | "error"
  | "stopped"
  | "died"
  | "refused"
  | "expired"
  | "withdrawn";

export type RunError =
  | "forbidden"
  | "no_kernel"
  | "stale"
  | "merged"
  | "outside"
  | "ended"
  | "too_many"
  | "gone"
  | "storage"
  | "malformed";

/**
 * The first message of the edit dialect, due within five seconds.
 *
 * `key` is a random secret of one mounted editor. The server derives the client id from it, so a
 * client that reconnects with the same key keeps its id, even after a restart of the server, and
 * nobody else can get that id. With `version` and `epoch` the client resumes: it has the room's
 * text at that version.
 */
export interface Hello {
  type: "hello";
  key: string;
  version?: number;
  epoch?: string;
  /** Whether the client answers `confirm_login`. No other client is asked. */
  confirmsLogin?: boolean;
  /** Whether the client understands `changed` and `left` of `presence`. */
  differences?: boolean;
  /** Whether the client knows the message `accepted`. */
  accepted?: boolean;
  /**
   * The name that the person gave themselves; empty to forget it. It counts where the login has
   * none. The server cleans it and makes it unique in the room.
   */
  name?: string;
  /** Whether the client knows the messages about runs. No other client gets them. */
  runs?: boolean;
  /**
   * The value of the page's XSRF cookie. Only with it, the connection of a page of this server may
   * send `approve`, `refuse`, `grant` and `shown`.
   */
  xsrf?: string;
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
 * A write (`code`, the whole file) or edits (`version` and `updates`).
 *
 * In the edit dialect, `code` may have an `id`. Such a write can be sent again; it is answered by
 * `saved` with the `id`.
 *
 * `marks` are those of all the edits, or of the write: `suggested` for text of a suggestion that
 * the person accepted, `agent` for a program that acts for the person. With any other mark the
 * message is refused: the server sets those itself.
 */
export interface CodeChange {
  type: "code_change";
  code?: string;
  id?: WriteId;
  version?: number;
  updates?: ChangeJSON[];
  marks?: ("agent" | "suggested")[];
}

/**
 * The client's selection, if it was moved by something else than typing.
 *
 * The positions are in the code at `version`, the newest version that the client has, and the
 * client has no unsent edits. Receivers compute carets moved by typing.
 */
export interface Here {
  type: "presence";
  version: number;
  anchor: number;
  head: number;
}

/**
 * The client's text, as a hash, after two seconds without a change.
 *
 * `hash` is the CRC-32 of the code as UTF-8, in eight hexadecimal digits. If it differs from the
 * room's, the server sends `initial_state`, else an empty `presence`: a client that gets no answer
 * knows that its connection is dead. The client sends it again every 30 seconds while nothing else
 * arrives.
 */
export interface Check {
  type: "check";
  version: number;
  hash: string;
}

/** Requests a suggestion for a position in the code at `version`, for guests. */
export interface Ask {
  type: "autocomplete";
  cursorPosition: number;
  version: number;
  /** Identifies the request; its answer has the same `id`. */
  id?: number;
  variant?: number;
}

/**
 * The client has no use for the answer to its `autocomplete` with this `id`.
 *
 * The question is ended, and is answered by an empty suggestion. Without an open question of that
 * id, nothing happens.
 */
export interface CancelAsk {
  type: "cancel_autocomplete";
  id: number;
}

/**
 * Asks to run the code of a version, or a part of it.
 *
 * A person with a login who may execute code runs it; a guest asks for it. Answered by `run_taken`,
 * `unread` or `run_refused` with the `id`.
 */
export interface AskRun {
  type: "run";
  id: number;
  epoch: string;
  version: number;
  /** The SHA-256 of exactly the code to be run, as UTF-8. */
  digest: string;
  /** In UTF-16 units of the version's text. Without it and `to`: the whole text. */
  from?: number;
  to?: number;
}

/** The lines of the `unread` with this `id` were shown to the person. */
export interface Shown {
  type: "shown";
  id: number;
  version: number;
  /**
   * Whether it is about no lines (`id` is 0): the person was shown that guests see the output of
   * runs. See `kernel`.
   */
  audience?: boolean;
}

/** Interrupts a run, or takes it out of the queue; a guest's own, or any. */
export interface StopRun {
  type: "stop";
  run: number;
}

/** Takes the guest's own question back. */
export interface Withdraw {
  type: "withdraw";
  run: number;
}

/** Permits the run of a guest, once. `digest` is that of the `question`. */
export interface Approve {
  type: "approve";
  run: number;
  digest: string;
}

/** Refuses the run of a guest. */
export interface Refuse {
  type: "refuse";
  run: number;
}

/**
 * Permits something to a guest until the guest's connection ends, or for an hour.
 *
 * `run`: to run versions without asking. `trust`: the text of this client counts as shown to this
 * person. `ask`: to ask again after several refusals. With `off`, the permission ends.
 */
export interface Grant {
  type: "grant";
  client: string;
  what?: "ask" | "run" | "trust";
  off?: boolean;
}

/**
 * A kernel runs a version by itself, in a cell. For kernels.
 *
 * Answered as `run` is. With `unread`, text of guests is not asked for.
 */
export interface BeginRun {
  type: "begin_run";
  id: number;
  epoch: string;
  version: number;
  digest: string;
  from?: number;
  to?: number;
  unread?: boolean;
}

/**
 * One output of a run: `[number, kind, text]`, and up to two strings more; of an image, perhaps its
 * width and height after them.
 *
 * See `core.outputs.Output`. An output replaces the one with its number.
 */
export type RunOutput = [number: number, kind: "display" | "error" | "result" | "stderr" | "stdout", text: string, mime?: string, data?: string, width?: number, height?: number];

/** Outputs of a run that this kernel has begun, and perhaps its end. For kernels. */
export interface ReportOutputs {
  type: "outputs";
  run: number;
  outputs?: RunOutput[];
  /** The number of the first output that is still shown. */
  first?: number;
  leftOut?: number;
  state?: "done" | "error" | "running" | "stopped";
}

/** Requests who last changed each line, for a kernel that has a pass. */
export interface AskBlame {
  type: "blame";
  /** Identifies the request; its answer has the same `id`. */
  id: number;
}

/** Requests the revisions after a version, for a kernel that has a pass. */
export interface AskHistory {
  type: "history";
  id: number;
  after?: number;
}

/** Restores a version as a new revision, for a kernel that has a pass. */
export interface Restore {
  type: "restore";
  id: number;
  version: number;
}

/**
 * The first message of a guest, in either dialect, due within five seconds.
 *
 * `secret` is the key of the guest link, or `resume` is the token of the last `welcome`. The rest
 * is as in `hello`; only the edit dialect needs `key`.
 */
export interface GuestHello {
  type: "hello";
  room: string;
  invite: string;
  /** The name that others see. The server cleans it and makes it unique. */
  name: string;
  secret?: string;
  resume?: string;
  key?: string;
  version?: number;
  epoch?: string;
  differences?: boolean;
  accepted?: boolean;
  runs?: boolean;
}

/** The switches of a room, see `core.properties.RoomSettings`. */
export interface Settings {
  suggestions: boolean;
  guestsMayAsk: boolean;
  guestsSeeOutput: boolean;
  guestsSeeHtml: boolean;
}

/** Where the suggestions of a server come from, for everybody in its rooms. */
export interface SuggestionSource {
  /** The name of the model; "mock" for the mock. */
  by: string;
  /** The host to which the code around the caret is sent; empty if it is not sent. */
  host?: string;
  /** Whether the host is the machine of the Jupyter server. */
  local?: boolean;
  /** For people with a login: why the server uses the mock instead of its setting. */
  problem?: string;
}

/** Answers `hello` with the client's id and the room's properties. */
export interface Welcome {
  type: "welcome";
  clientId: string;
  /** Identifies the room's history. It differs if the room was deleted and made again. */
  epoch: string;
  /**
   * True: newer revisions than the client's version follow as `code_update`. False: `initial_state`
   * follows, and the client keeps its unsent text as a draft.
   */
  resumed: boolean;
  title: string;
  language: string;
  /** The greatest number of people at a time. */
  limit: number;
  role?: "edit" | "kernel" | "owner" | "view";
  guest?: boolean;
  /** A token with which a guest reconnects, instead of the link's key. */
  resume?: string;
  /** Whether this client may ask for suggestions over the socket. */
  autocomplete?: boolean;
  /** Whether the server knows the message `cancel_autocomplete`. */
  cancels?: boolean;
  settings?: Settings;
  /** How often title, language, limit or settings of the room were changed. */
  changes?: number;
  /** Whether the client's edits are `accepted` first and `saved` later. */
  accepted?: boolean;
  /** Where suggestions come from, if that is a model and not the mock. */
  suggestions?: SuggestionSource;
  /** Whether `name` of `hello` counts for this client. */
  mayName?: boolean;
  /** The marks that the server gives to all revisions of this client. */
  marks?: ("guest" | "python")[];
}

/** The properties of the room, which somebody has changed. */
export interface RoomProperties {
  type: "room";
  title: string;
  language: string;
  limit: number;
  /** As in `welcome`. A greater number is newer. */
  changes: number;
  settings: Settings;
}

/**
 * Somebody with a right to join the room was refused because it is full.
 *
 * Sent to people with a login, at most once a minute.
 */
export interface SeatWanted {
  type: "seat_wanted";
  name: string;
  guest?: boolean;
}

/** The room's code at a version, in either dialect. */
export interface InitialState {
  type: "initial_state";
  code: string;
  version: number;
}

/**
 * One revision on the wire: `[clientId, changes]`, and up to two numbers more.
 *
 * An array, because most updates are single characters, and the field names of an object would be
 * longer than the values. Numbers at the end that are 0 are left out.
 */
export type Update = [clientId: string | 0, changes: ChangeJSON, write?: 0 | 1, marks?: number];

/**
 * New revisions: `code` in the whole-file dialect, `updates` in the other one.
 *
 * `version` is the version *after* them. The receiver has `version - len(updates)`. It is present
 * in the first message after `welcome` or `initial_state`, and omitted if the updates follow those
 * of the last message.
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
 * All new revisions up to `version` are this client's own edits, and are stored.
 *
 * They survive a loss of power. Sent instead of a `code_update` that would return a client's own
 * text. If omitted, `version` is one more than the last version that was sent to the client. If
 * `welcome` had `accepted`, nothing is new: all of the client's edits up to `version` are stored;
 * if omitted, all that it was sent.
 *
 * With `id`, the whole-file write with that id is stored, by this client or another one. All
 * revisions up to `version` were sent before.
 */
export interface Saved {
  type: "saved";
  version?: number;
  id?: WriteId;
}

/** The client's new role. The server already applies it to incoming messages. */
export interface RoleChange {
  type: "role";
  role: "edit" | "kernel" | "owner" | "view";
}

/** Answers one `autocomplete`, unless an `error` with its `id` does. */
export interface Suggestion {
  type: "suggestion";
  /** Empty for none. */
  suggestion: string;
  /** The origin of the suggestion, or the reason why there is none. */
  detail?: string;
  /** The `id` of the request. */
  id?: number;
}

/** Answers `blame`, `history` or `restore`, unless an `error` does. */
export interface Answer {
  type: "answer";
  /** The `id` of the request. */
  id: number;
  /** What the REST route of the same name answers (of `history`: `revisions`). */
  body: unknown;
}

/** A person who is in the room now, with all their clients. */
export interface Person {
  name: string;
  /** 1 to 7: JupyterLab's `--jp-collaborator-color<n>`. */
  color: number;
  clients: string[];
  /** Whether the person used a guest link, as determined by the server. */
  guest?: boolean;
  /** The label of the guest link. */
  label?: string;
}

/** A client's selection: `[clientId, anchor, head]`; `head` is the caret. */
export type Caret = [clientId: string, anchor: number, head: number];

/**
 * The people in the room and their carets. Unchanged parts are omitted.
 *
 * `people` is everybody, in the order in which they came. Clients that asked for `differences` in
 * `hello` get it once, and then what has changed in it, in this order: the people named in `left`
 * are removed, those in `changed` replace the person of the same name, or are added at the end. The
 * list is sent at most five times a second. `carets` are those that have moved, in the code at
 * `version`.
 */
export interface Presence {
  type: "presence";
  people?: Person[];
  changed?: Person[];
  left?: string[];
  version?: number;
  carets?: Caret[];
}

/**
 * Asks a page whether the person is still logged in.
 *
 * The answer is `GET /login/{id}`, which has the login of that moment. Without one for 150 seconds,
 * the socket is closed with 4405.
 */
export interface ConfirmLogin {
  type: "confirm_login";
  id: string;
}

/** The kernel of the room, and what this client may do with it. */
export interface RunKernel {
  type: "kernel";
  /** `none`: there is none on this server. */
  state: "busy" | "dead" | "idle" | "none" | "starting";
  /** The name of its language or kernelspec, for people. */
  name?: string;
  /** Jupyter's id of the kernel; for people with a login. */
  id?: string;
  /** Whether this client may run code, may ask for it, or neither. */
  may?: "" | "ask" | "run";
  /** If it may do neither, a sentence that says why; may be empty. */
  why?: string;
  /** Whether this connection may approve runs of guests, and grant. */
  decides?: boolean;
  /** Whether this person was shown, on some page, that guests see the output. */
  told?: boolean;
  /** Whether the server permits that kernels are asked about names. */
  names?: boolean;
}

/** A run of the room: a new one, or its new state. See `core.runs.Run`. */
export interface RunChanged {
  type: "run";
  /** The number of the run. */
  run: number;
  version: number;
  by: string;
  state: RunState;
  askedAt: number;
  from?: number;
  to?: number;
  guest?: boolean;
  /** Whether this client has asked for it. */
  own?: boolean;
  approver?: string;
  /** 0: not yet. */
  startedAt?: number;
  endedAt?: number;
  first?: number;
  leftOut?: number;
  detail?: string;
  inCell?: boolean;
}

/** Outputs of a run that are new or have changed, in the order of their numbers. */
export interface NewOutputs {
  type: "output";
  run: number;
  outputs: RunOutput[];
}

/**
 * A line of the code that is to be run, which a person should look at.
 *
 * `unread` lists what guests have done to the text, `question` what is unusual in it.
 */
export interface NotedLine {
  /** From 1, in the whole text of the version. */
  line: number;
  /**
   * The line without its end; in `question`, at most its first 500 characters. With `removed`, it
   * is the line as it is without that text.
   */
  text: string;
  /** In `unread`: the guests who wrote, changed or removed it, separated by commas. */
  author?: string;
  /**
   * In `unread`: the client ids of these guests, for `grant`. An empty one stands for guests whose
   * clients are not known.
   */
  clients?: string[];
  /**
   * Whether it is listed because guests have removed text in it. A line in which they have also
   * written something is listed twice.
   */
  removed?: boolean;
  /**
   * The characters in the line that are invisible or change the order of others, each once, as
   * "U+202E"; also with `removed`.
   */
  invisible?: string[];
  /** Whether the line is a magic or a command of the shell; also with `removed`. */
  command?: boolean;
}

/**
 * A guest asks for a run. Sent to connections that may decide.
 *
 * It is open until a `run` with this number has another state than `asked`.
 */
export interface Question {
  type: "question";
  run: number;
  version: number;
  digest: string;
  /** Exactly the code that would be run. */
  code: string;
  by: string;
  /** The guest's client id, for `grant`. */
  client: string;
  /** Until it expires. */
  seconds: number;
  lines?: NotedLine[];
  /** The code of the last run of the room that was executed, if there was one. */
  previous?: string;
  /** Who has changed the room's code after that version. */
  since?: string[];
  from?: number;
  to?: number;
}

/** Answers a request to run: it is run `run` of the room, in state `state`. */
export interface RunTaken {
  type: "run_taken";
  id: number;
  run: number;
  state: RunState;
}

/**
 * Answers a request to run: the code has text of guests that was not shown yet.
 *
 * Nothing is run. When the person has seen the lines, the client sends `shown`, and the next
 * request for this version runs it.
 */
export interface Unread {
  type: "unread";
  id: number;
  version: number;
  lines: NotedLine[];
}

/** Answers a request about a run that was refused; nothing is run. */
export interface RunRefused {
  type: "run_refused";
  code: RunError;
  message: string;
  /** That of the request, if it has one. */
  id?: number;
  /** The run that the request was about, if it was one. */
  run?: number;
}

/**
 * A message was refused, or the room cannot store changes at the moment.
 *
 * `code` is for programs (see `ErrorCode`). `message` is a sentence for people that names what was
 * expected and what was found.
 */
export interface Error {
  type: "error";
  code: ErrorCode;
  message: string;
  fatal?: boolean;
  /** With `stale`: the version that the client needs before its next push. */
  version?: number;
  /** With `room_full`: the greatest number of people at a time. */
  limit?: number;
  /** The `id` of the `autocomplete` or the request that was refused, if any. */
  id?: number;
}

export type ClientMessage =
  | Hello
  | CodeChange
  | Here
  | Check
  | Ask
  | CancelAsk
  | AskRun
  | Shown
  | StopRun
  | Withdraw
  | Approve
  | Refuse
  | Grant
  | BeginRun
  | ReportOutputs
  | AskBlame
  | AskHistory
  | Restore
  | GuestHello;

export type ServerMessage =
  | Welcome
  | RoomProperties
  | SeatWanted
  | InitialState
  | CodeUpdate
  | Accepted
  | Saved
  | RoleChange
  | Suggestion
  | Answer
  | Presence
  | ConfirmLogin
  | RunKernel
  | RunChanged
  | NewOutputs
  | Question
  | RunTaken
  | Unread
  | RunRefused
  | Error;

/** The reason of 1008. If the room was deleted, it is a sentence that says when. */
export const NO_SUCH_ROOM = "No such room.";

/** Close codes of the socket (RFC 6455, section 7.4; our own from 4400). */
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
  LOGIN_ENDED: 4405,
  NO_HELLO: 4408,
  TOO_OLD: 4409,
  INVITE_EXPIRED: 4410,
  INVITE_REVOKED: 4411,
  ROOM_DELETED: 4412,
  KICKED: 4413,
  TOO_SLOW: 4414,
  PASS_ENDED: 4415,
  PASS_STOPPED: 4416,
  RATE: 4429,
  STORAGE_LOST: 4503,
} as const;

/** The longest texts of people, in characters. */
export const Lengths = {
  NAME: 40,
  LABEL: 80,
  POINT: 80,
} as const;
