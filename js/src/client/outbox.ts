/** The unsent edits and writes of a client, their order, and the one message in flight. */
import type {Text} from "@codemirror/state";
import type {ChangeJSON, CodeChange, WriteId} from "../wire/protocol.gen";
import {sameMarks} from "./ownedits";
import type {Receipt, Replica} from "./replica";
import type {OwnMark} from "./types";

/** A whole-file write that is not known to be stored. */
interface Write {
  readonly code: Text;
  /** Identifies the write, so that the room carries it out once. */
  readonly id: WriteId;
  /** The number of unconfirmed edits that were made before it and are sent first. */
  behind: number;
}

type Flight = {kind: "edits"; left: number} | {kind: "write"; write: Write};

/**
 * The unconfirmed edits of a replica and the newest whole-file write. One message is in flight at a
 * time.
 */
export class Outbox {
  private flight: Flight | null = null;
  private write: Write | null = null;
  /** How many of the oldest unconfirmed edits the log may already have. */
  private doubtful = 0;
  /** The version that the replica must reach before anything is sent. */
  private readOn = 0;

  constructor(private readonly replica: Replica) {}

  /** The number of edits and writes that are not confirmed. */
  get unsent(): number {
    return this.replica.unsent + (this.write ? 1 : 0) + (this.writing ? 1 : 0);
  }

  /** Whether a message is in flight. */
  get busy(): boolean {
    return this.flight !== null;
  }

  /** Whether revisions must be received before anything is sent. */
  get behind(): boolean {
    return this.replica.version < this.readOn;
  }

  /** The code of the write in flight, or null. */
  get writing(): Text | null {
    return this.flight?.kind === "write" ? this.flight.write.code : null;
  }

  /** The code of the newest write that is not confirmed, or null. */
  get written(): Text | null {
    return this.write?.code ?? this.writing;
  }

  /** Replaces the whole file after the edits made until now. Only the newest write is sent. */
  replace(code: Text, id: WriteId): void {
    this.write = {code, id, behind: this.replica.unsent};
  }

  /** Returns the next message and marks it as in flight; null without one, or if one already is. */
  next(edits: boolean): CodeChange | null {
    if (this.flight || this.behind) return null;
    const {write} = this;
    const push = edits ? nextPush(this.replica, write?.behind) : null;
    if (push) {
      this.flight = {kind: "edits", left: push.updates.length};
      this.doubtful = Math.max(this.doubtful, push.updates.length);
      return {type: "code_change", ...push};
    }
    if (!write) return null;
    this.flight = {kind: "write", write};
    this.write = null;
    return {type: "code_change", code: write.code.toString(), id: write.id};
  }

  /** Counts newly confirmed edits. Returns true if that answers the edits in flight. */
  stored({confirmed, lost}: Receipt): boolean {
    const {flight, write} = this;
    this.doubtful = Math.max(0, this.doubtful - confirmed);
    if (write) write.behind = Math.max(0, write.behind - confirmed);
    if (flight?.kind !== "edits") return false;
    flight.left -= confirmed;
    if (flight.left > 0 && lost === null) return false;
    this.flight = null;
    return true;
  }

  /** Handles the confirmation of a write. Returns true if it is the write in flight. */
  writeStored([writer, number]: WriteId): boolean {
    if (this.flight?.kind !== "write") return false;
    const {id} = this.flight.write;
    if (id[0] !== writer || id[1] !== number) return false;
    this.flight = null;
    return true;
  }

  /** It is unknown whether the message in flight arrived: it is sent again. */
  land(): void {
    if (this.flight?.kind === "write") {
      this.write ??= {...this.flight.write, behind: 0};
    }
    this.flight = null;
    this.readOn = 0;
  }

  /**
   * The push was too far behind for the server to rebase it. The replica rebases the edits over the
   * revisions up to `version`; then they are pushed again.
   */
  postpone(version: number): void {
    this.land();
    this.readOn = version;
  }

  /** The message in flight was refused and changed nothing. A write is dropped, edits stay. */
  refused(): void {
    if (this.flight?.kind === "edits") this.doubtful = 0;
    // The edits may never be sent, so the write must not wait for them.
    if (this.flight?.kind === "edits" && this.write) this.write.behind = 0;
    this.flight = null;
  }

  /** The replica has dropped its unconfirmed edits. */
  editsDropped(): void {
    this.land();
    this.doubtful = 0;
    if (this.write) this.write.behind = 0;
  }

  /** Drops the writes as well. */
  clear(): void {
    this.flight = this.write = null;
    this.doubtful = 0;
  }

  /** The log has none of the unconfirmed edits. */
  known(): void {
    this.doubtful = 0;
  }

  /** The edits are stored in this tab: the log may get them from another page. */
  noted(): void {
    this.doubtful = this.replica.unsent;
  }

  /** Joins the edits that were never sent; those before a write apart from those after it. */
  compact(): void {
    const {write, replica, doubtful} = this;
    const split = Math.max(doubtful, write?.behind ?? 0);
    replica.compact(split);
    if (write && split > doubtful) write.behind = doubtful + replica.compact(doubtful, split);
  }
}

/** Less than the server's limits, so that other clients wait only a short time. */
const most = {updates: 200, parts: 1500, characters: 256 * 1024};

/**
 * Returns a push with the oldest of the `first` unconfirmed edits: as many as fit into one message
 * and have the same marks, and at least one. Returns null without edits.
 */
export function nextPush(
  replica: Replica,
  first = Infinity,
): {version: number; updates: ChangeJSON[]; marks?: OwnMark[]} | null {
  const updates: ChangeJSON[] = [];
  const edits = replica.ownEdits(Math.min(first, most.updates));
  const [oldest] = edits;
  if (!oldest) return null;
  let [parts, characters] = [0, 0];
  for (const edit of edits) {
    if (!sameMarks(oldest, edit)) break;
    const json = edit.changes.toJSON() as ChangeJSON;
    parts += json.length;
    characters += JSON.stringify(json).length;
    if (updates.length && (parts > most.parts || characters > most.characters)) break;
    updates.push(json);
  }
  const push = {version: replica.version, updates};
  return oldest.marks.length ? {...push, marks: [...oldest.marks]} : push;
}
