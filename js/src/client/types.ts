/**
 * A room as its hosts see it: one replica of the code, one connection, any number of views.
 *
 * A host (widget, room page) opens one room per mounted editor or model, attaches a view for each
 * place where the editor is shown, and closes the room when it is done. Two views of one room are
 * one client: they share the socket, the unsent edits and the seat.
 */
import type {ChangeSet, Text} from "@codemirror/state";
import type {Person, SeatWanted, Settings, WriteId} from "../wire/protocol.gen";
import type {Selection} from "./carets";

/**
 * What the status line says, one at a time.
 *
 * connecting: no text yet. live: connected and all is stored. saving: connected, edits on the way.
 * unsaved: connected, but the server takes no more text; a shorter one is sent.
 * reconnecting: typing goes on, edits wait. read-only: the server cannot store for now; edits wait.
 * full, missing (no such room), replaced (the same editor is open elsewhere), refused, closed: the
 * end, until `retry` is called; the text stays readable and selectable. invalid, expired, revoked,
 * removed: the end of a guest's link.
 */
export type Status =
  | "connecting"
  | "live"
  | "saving"
  | "unsaved"
  | "reconnecting"
  | "read-only"
  | "full"
  | "missing"
  | "replaced"
  | "refused"
  | "closed"
  | "invalid"
  | "expired"
  | "revoked"
  | "removed";

/** What one may do: read, change the code, or all that the server's own people may. */
export type Role = "view" | "edit" | "owner";

export interface RoomState {
  readonly status: Status;
  /** One sentence for a person: what is the matter and what helps. Empty when all is well. */
  readonly message: string;
  /** Whether typing is taken now: live, saving and reconnecting, once there is a text. */
  readonly editable: boolean;
  /**
   * The whole local text, when the room's history was replaced and unsent edits could not be
   * merged into it: offer it for copying. Null otherwise, and again after `dropOrphan`.
   */
  readonly orphan: string | null;
  /** Those edits alone, as a patch of the text that they were made on; empty without an orphan. */
  readonly patch: string;
  /** Edits that the server has not confirmed as stored. */
  readonly unsent: number;
  /** Seconds that the oldest of them has waited; whole minutes from one on, 0 below ten seconds. */
  readonly overdue: number;
  /** Whether so much has waited for so long that a copy of the text should be offered. */
  readonly rescue: boolean;
  readonly version: number;
  /** The last version in which somebody else's whole-file write took text away; 0 if none has. */
  readonly replaced: number;
  /** Who is here; nobody, when this client has not been connected for a second. */
  readonly people: readonly Person[];
  /** Ids of the other clients that have typed in the last moments. */
  readonly typing: readonly string[];
  /**
   * The CRC-32 of the code as UTF-8 in eight hexadecimal digits, when it has been at rest for two
   * seconds and all is stored; else empty. Who has the same sees the same.
   */
  readonly fingerprint: string;
  /** This client's id, to find oneself in `people`; empty before the first welcome. */
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
  /** Whether this client came by a guest link. */
  readonly guest: boolean;
  /** Whether suggestions may be asked for over the socket: see `Room.suggest`. */
  readonly suggests: boolean;
}

/** Another client's caret, in the code as it is here. */
export interface RemoteCaret extends Selection {
  readonly clientId: string;
  readonly name: string;
  /** 1 to 7, as in `Person`. */
  readonly color: number;
  /** Whether it is this person's own, in another tab. */
  readonly own: boolean;
  /** Greater than that of each caret which its owner moved before. */
  readonly moved: number;
}

/** Where a change comes from and goes to: one editor view of the room. */
export interface Mirror {
  /**
   * Bring a change of somebody else, or of another view of this client, into the view. `whole` says
   * that the whole text was replaced: the change is only the smallest one that does it.
   */
  apply(changes: ChangeSet, whole: boolean): void;
}

export interface Room {
  readonly state: RoomState;
  /** The code now, unsent edits included. */
  readonly doc: Text;
  /** Calls back after each change of `state`. Returns the function that ends it. */
  subscribe(listener: (state: RoomState) => void): () => void;
  /** Calls back after each change of `doc`, whoever made it. */
  onCode(listener: (doc: Text) => void): () => void;
  /**
   * Keep a view equal to `doc`, which it must be when it attaches. When the whole text is replaced
   * (a first `initial_state`, a lost history), the view gets the smallest change that does it.
   */
  attach(mirror: Mirror): () => void;
  /** The others' carets, in `doc`. */
  readonly carets: readonly RemoteCaret[];
  /** Calls back when one of the others has moved, come or gone. */
  onCarets(listener: () => void): () => void;
  /** This client's caret is there now, in `doc`. Call it after `edit`, not before. */
  place(selection: Selection): void;
  /**
   * A local edit, made in a view against the doc as it is now; the other views get it too. Without a
   * view it replaces the whole text, for the undo histories of all of them.
   */
  edit(changes: ChangeSet, from: Mirror | null): void;
  /**
   * Replace the whole file: last write wins. Kept until it can be sent; the newest counts. Several
   * clients may send the write of one `id`: the room carries it out once.
   */
  write(code: string, id: WriteId): void;
  /**
   * Ask the room's server what may follow at a position in `doc`, for who has no other way to. Null
   * for nothing; also when edits are unsent, since the server does not know them.
   */
  suggest(at: number, signal: AbortSignal): Promise<string | null>;
  /** Forget `state.orphan`, when the person has copied it or does not want it. */
  dropOrphan(): void;
  /** Connect again, now. Ends every waiting state. */
  retry(): void;
  close(): void;
}
