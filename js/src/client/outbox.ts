/** The unsent edits and writes of a client, their order, and the one message in flight. */
import type {Text} from "@codemirror/state";
import type {ChangeJSON, CodeChange, WriteId} from "../wire/protocol.gen";
import {sameMarks} from "./ownedits";
import type {Receipt, Replica} from "./replica";
import {partsOf} from "./text";
import type {OwnMark} from "./types";

/** A whole-file write that is not known to be stored. */
interface Write {
  readonly code: Text;
  /** Identifies the write, so that the room carries it out once. */
  readonly id: WriteId;
  /** The number of unconfirmed edits that were made before it and are sent first. */
  behind: number;
}

interface Push {
  readonly kind: "edits";
  /** The version that the edits were made at. */
  readonly version: number;
  /** The number of edits that are not confirmed. */
  left: number;
  readonly parts: number;
  /** How many of them the log may have from an earlier push. */
  doubtful: number;
  /** Whether one of the edits was never sent before. */
  readonly isNew: boolean;
}

type Flight = Push | {kind: "write"; write: Write};

/** Less than the server's limits, so that other clients wait only a short time. */
const most = {updates: 200, parts: 1500, characters: 256 * 1024};
/** The smallest budget of parts for a push. */
const fewestParts = 2;

/**
 * The unconfirmed edits of a replica and the newest whole-file write. One message is in flight at a
 * time. A push that the server cannot rebase in time is followed by one with half the parts; each
 * push that is stored doubles them.
 */
export class Outbox {
  private flight: Flight | null = null;
  private write: Write | null = null;
  /** How many of the oldest unconfirmed edits the log may already have. */
  private doubtful = 0;
  /** How many of the oldest unconfirmed edits are stored in this tab. */
  private kept = 0;
  /** Whether this connection has received what the log had of edits sent before it. */
  private readAll = false;
  /**
   * Whether an earlier push of this connection may still be refused: edits that were sent before it
   * can be confirmed before it is answered.
   */
  private refusalDue = false;
  /** The most parts of the next push, if it has several edits or an edit that can be split. */
  private budget = most.parts;
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
    const push = edits ? this.nextPush() : null;
    if (push) return push;
    if (!write) return null;
    this.flight = {kind: "write", write};
    this.write = null;
    return {type: "code_change", code: write.code.toString(), id: write.id};
  }

  private nextPush(): CodeChange | null {
    this.split();
    const push = nextPush(this.replica, this.write?.behind, this.budget);
    if (!push) return null;
    const {doubtful} = this;
    const {version, updates} = push;
    const left = updates.length;
    const parts = updates.reduce((sum, each) => sum + each.length, 0);
    this.flight = {kind: "edits", version, left, parts, doubtful, isNew: left > doubtful};
    this.doubtful = Math.max(doubtful, left);
    return {type: "code_change", ...push};
  }

  /** Splits the oldest edit if it exceeds the budget and the log cannot have it. */
  private split(): void {
    const {write, replica, budget} = this;
    if (this.doubtful || budget === most.parts || write?.behind === 0) return;
    const [oldest] = replica.ownEdits(1);
    if (!oldest || partsOf(oldest.changes) <= budget || !replica.split(budget)) return;
    if (write) write.behind++;
    if (this.kept) this.kept++;
  }

  /** Counts newly confirmed edits. Returns true if that answers the edits in flight. */
  stored({confirmed, lost}: Receipt): boolean {
    const {flight, write} = this;
    this.doubtful = Math.max(0, this.doubtful - confirmed);
    this.kept = Math.max(0, this.kept - confirmed);
    if (write) write.behind = Math.max(0, write.behind - confirmed);
    if (flight?.kind !== "edits") return false;
    flight.left -= confirmed;
    flight.doubtful = Math.max(0, flight.doubtful - confirmed);
    if (flight.left > 0 && lost === null) return false;
    this.flight = null;
    if (flight.isNew) [this.readAll, this.refusalDue] = [true, false];
    else if (!this.readAll) this.refusalDue = true;
    this.budget = Math.min(2 * this.budget, most.parts);
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
    this.readAll = false;
  }

  /**
   * The push was too far behind for the server to rebase it. The replica rebases the edits over the
   * revisions up to `version`; then they are pushed again. The push is not in the log, but for edits
   * that it may have from before.
   */
  postpone(version: number): void {
    const {flight} = this;
    const isPush = flight?.kind === "edits";
    // This refuses an earlier push: the log was longer for a later one.
    if (isPush && version && version <= flight.version) return;
    this.land();
    this.readOn = version;
    if (!isPush) return;
    this.budget = Math.max(fewestParts, Math.floor(flight.parts / 2));
    if (this.refusalDue) return;
    this.doubtful = flight.doubtful;
    this.readAll = true;
  }

  /** The message in flight was refused and changed nothing. A write is dropped, edits stay. */
  refused(): void {
    if (this.flight?.kind === "edits") {
      this.known();
      // All of an edit may fit where a part of it does not.
      this.budget = most.parts;
      // The edits may never be sent, so the write must not wait for them.
      if (this.write) this.write.behind = 0;
    }
    this.flight = null;
  }

  /** The replica has dropped its unconfirmed edits. */
  editsDropped(): void {
    if (this.flight?.kind === "edits") this.refusalDue = true;
    this.land();
    this.known();
    if (this.write) this.write.behind = 0;
  }

  /** Drops the writes as well. */
  clear(): void {
    this.flight = this.write = null;
    this.known();
  }

  /** The log has none of the unconfirmed edits. */
  known(): void {
    this.doubtful = this.kept = 0;
  }

  /** The edits are of an earlier page, which may have sent them. */
  resumed(): void {
    this.doubtful = this.replica.unsent;
  }

  /**
   * The edits are being stored in this tab, for a later page. It recognises them in the log by their
   * number, so they must not be joined any more.
   */
  keep(): void {
    this.compact();
    this.kept = this.replica.unsent;
  }

  /** Joins the edits that were never sent; those before a write apart from those after it. */
  compact(): void {
    const {write, replica} = this;
    const fixed = Math.max(this.doubtful, this.kept);
    const split = Math.max(fixed, write?.behind ?? 0);
    replica.compact(split);
    if (write && split > fixed) write.behind = fixed + replica.compact(fixed, split);
  }
}

/**
 * Returns a push with the oldest of the `first` unconfirmed edits: as many as fit into one message
 * and have the same marks, and at least one. Returns null without edits.
 */
export function nextPush(
  replica: Replica,
  first = Infinity,
  mostParts = most.parts,
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
    if (updates.length && (parts > mostParts || characters > most.characters)) break;
    updates.push(json);
  }
  const push = {version: replica.version, updates};
  return oldest.marks.length ? {...push, marks: [...oldest.marks]} : push;
}
