/**
 * The interface of a room for its hosts: one replica of the code, one connection, any number of
 * views.
 *
 * A host (widget, room page) opens one room per mounted editor or model, attaches a view for each
 * place where the editor is shown, and closes the room at the end. Two views of one room are one
 * client with one socket and the same unsent edits.
 */
import type {ChangeSet, Text} from "@codemirror/state";
import type {
  CodeChange,
  Person,
  RunKernel,
  SeatWanted,
  Settings,
  SuggestionSource,
  WriteId,
} from "../wire/protocol.gen";
import type {Selection} from "./carets";
import type {Runs} from "./runnews";

/**
 * The status that the status line shows.
 *
 * connecting: no text yet. live: connected, everything stored. saving: connected, edits in flight.
 * unsaved: connected, but the text is too large; it is sent when it is shorter.
 * reconnecting: edits wait, typing is possible. read-only: the server cannot store; edits wait.
 * full, missing (no such room), replaced (the same editor is open elsewhere), refused, closed: no
 * connection until `retry` is called; the text can be read and selected. invalid, expired, revoked,
 * removed: the guest's link has ended.
 */
export type Status =
  "connecting" | "live" | "saving" | "unsaved" | "reconnecting" | "read-only" | EndStatus;

/** The statuses after which no connection is made until `retry` is called. */
export type EndStatus =
  | "full"
  | "missing"
  | "replaced"
  | "refused"
  | "closed"
  | "invalid"
  | "expired"
  | "revoked"
  | "removed";

/** Consecutive versions that are whole-file writes. Restoring the text goes back before the first. */
export interface Writes {
  readonly first: number;
  readonly last: number;
}

/** view: read. edit: change the code. owner: everything that members may do. */
export type Role = "view" | "edit" | "owner" | "kernel";

export interface RoomState {
  readonly status: Status;
  /** A sentence for the person: the problem and what to do. Empty without a problem. */
  readonly message: string;
  /** Whether typing is possible. */
  readonly editable: boolean;
  /**
   * The whole local text, if unsent edits could not be merged into the room's text: offer it for
   * copying. If it happens again, the texts follow each other, oldest first, with an empty line
   * between two. Null otherwise, and again after `dropOrphan`.
   */
  readonly orphan: string | null;
  /** The edits of the orphan as a patch of the room's text, or several; empty without an orphan. */
  readonly patch: string;
  /** The number of edits that the server has not confirmed. */
  readonly unsent: number;
  /** Seconds since the oldest of them; a multiple of 60 from one minute on, 0 below ten seconds. */
  readonly overdue: number;
  /** Whether a copy of the text should be offered, because edits wait for long. */
  readonly rescue: boolean;
  readonly version: number;
  /**
   * The last whole-file writes of other clients that removed text, as one message had them; another
   * object for each message. Null without one.
   */
  readonly replaced: Writes | null;
  /** The people who are here; empty if this client has not been connected for a second. */
  readonly people: readonly Person[];
  /** Ids of the other clients that have typed in the last 1.5 seconds. */
  readonly typing: readonly string[];
  /**
   * The CRC-32 of the code as UTF-8 in eight hexadecimal digits, if it has not changed for two
   * seconds and is stored; else empty. Clients with the same value have the same code.
   */
  readonly fingerprint: string;
  /** This client's id, which is in `people`; empty before the first welcome. */
  readonly clientId: string;
  readonly title: string;
  readonly language: string;
  readonly limit: number;
  readonly settings: Settings;
  /** How often title, language, limit or settings were changed. */
  readonly changes: number;
  /** The last person who could not join because the room is full; another object for each. */
  readonly seatWanted: SeatWanted | null;
  readonly role: Role;
  /** Whether this client uses a guest link. */
  readonly guest: boolean;
  /** Whether the person chooses the name that others see, because the login has none. */
  readonly mayName: boolean;
  /** Whether suggestions may be requested over the socket: see `Room.suggest`. */
  readonly suggests: boolean;
  /** Where the code is sent for suggestions; null if they come from the mock. */
  readonly source: SuggestionSource | null;
  /** The kernel of the room; null until the server has said it. */
  readonly kernel: RunKernel | null;
  /** Whether there is a run or a question to display. */
  readonly ran: boolean;
}

/** The answer to a request for a suggestion. */
export interface Suggested {
  /** Empty for none. */
  readonly text: string;
  /** The origin of the suggestion, or a sentence that says why there is none. */
  readonly detail: string;
}

/** Another client's selection, as positions in `Room.doc`. */
export interface RemoteCaret extends Selection {
  readonly clientId: string;
  readonly name: string;
  /** 1 to 7, as in `Person`. */
  readonly color: number;
  /** Whether it is this person's own caret in another tab. */
  readonly own: boolean;
  /** Increases with each move: the caret with the greatest value moved last. */
  readonly moved: number;
}

/** The marks that a client sets on its own changes: see `CodeChange`. */
export type OwnMark = NonNullable<CodeChange["marks"]>[number];
export type OwnMarks = readonly OwnMark[];

/** One editor view of the room, which sends and receives changes. */
export interface Mirror {
  /**
   * Applies a change of another client, or of another view of this client. `whole`: the whole text
   * was replaced, and `changes` is the smallest change that does it.
   */
  apply(changes: ChangeSet, whole: boolean): void;
}

export interface Room {
  readonly state: RoomState;
  /** The code now, with unsent edits. */
  readonly doc: Text;
  /** Calls back after each change of `state`. Returns the function that ends it. */
  subscribe(listener: (state: RoomState) => void): () => void;
  /** Calls back after each change of `doc`. */
  onCode(listener: (doc: Text) => void): () => void;
  /**
   * Keeps a view equal to `doc`. The view must be equal when it attaches. If the whole text is
   * replaced (by `initial_state`), the view gets the smallest change that does it.
   */
  attach(mirror: Mirror): () => void;
  /** The carets of other clients, as positions in `doc`. */
  readonly carets: readonly RemoteCaret[];
  /** Calls back when another client's caret has moved, appeared or disappeared. */
  onCarets(listener: () => void): () => void;
  /** Sets this client's selection in `doc`. Call it after `edit`, not before. */
  place(selection: Selection): void;
  /**
   * Applies a local edit of `doc`, made in a view; the other views receive it. Without a view, the
   * undo histories of all views treat it as a replacement of the whole text.
   */
  edit(changes: ChangeSet, from: Mirror | null, marks?: OwnMarks): void;
  /**
   * Replaces the whole file: the last write wins. It is kept until it can be sent; only the newest
   * is. Several clients may send the write of one `id`: the room carries it out once.
   */
  write(code: string, id: WriteId): void;
  /**
   * Requests a suggestion for a position in `doc` over the socket, for guests. Returns null without
   * one, and while edits are unsent, because the server does not know them. `variant`: 0 for the most
   * likely one, n for the n-th other one.
   */
  suggest(at: number, signal: AbortSignal, variant?: number): Promise<Suggested | null>;
  readonly runs: Runs;
  /** Drops `state.orphan`, after the person has copied it or does not want it. */
  dropOrphan(): void;
  /** Connects again at once. */
  retry(): void;
  close(): void;
}
