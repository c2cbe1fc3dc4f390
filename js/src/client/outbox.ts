/** What a client has to say to the room, in which order, and what of it is on its way. */
import type {Text} from "@codemirror/state";
import type {ChangeJSON, CodeChange, WriteId} from "../wire/protocol.gen";
import type {Receipt, Replica} from "./replica";

/** A whole-file write that is not known to be stored. */
interface Write {
  readonly code: Text;
  /** The room carries it out once, however often it is sent. */
  readonly id: WriteId;
  /** Unconfirmed edits that were made before it, and go first. */
  behind: number;
}

type Flight = {kind: "edits"; left: number} | {kind: "write"; write: Write};

/**
 * The unconfirmed edits of a replica and the newest whole-file write, of which one message is on
 * its way at a time.
 */
export class Outbox {
  private flight: Flight | null = null;
  private write: Write | null = null;
  /** Unconfirmed edits, from the oldest, that the log may have. */
  private doubtful = 0;
  /** The version to read on to before anything is sent. */
  private readOn = 0;

  constructor(private readonly replica: Replica) {}

  /** Edits and writes that are not known to be stored. */
  get unsent(): number {
    return this.replica.unsent + (this.write ? 1 : 0) + (this.writing ? 1 : 0);
  }

  /** Whether something is on its way. */
  get busy(): boolean {
    return this.flight !== null;
  }

  /** Whether revisions are to be read before anything is sent. */
  get behind(): boolean {
    return this.replica.version < this.readOn;
  }

  /** The code of the write that is on its way, or null. */
  get writing(): Text | null {
    return this.flight?.kind === "write" ? this.flight.write.code : null;
  }

  /** The code of the newest write that is not known to be stored, or null. */
  get written(): Text | null {
    return this.write?.code ?? this.writing;
  }

  /** Have the whole file replaced after the edits made until now. Only the newest write counts. */
  replace(code: Text, id: WriteId): void {
    this.write = {code, id, behind: this.replica.unsent};
  }

  /** The next message, which is on its way from now on; null if there is none or one is already. */
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

  /** Take note of what the log has now. True when that answers the edits on their way. */
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

  /** Take the answer to a write. True when it is the write on its way. */
  writeStored([writer, number]: WriteId): boolean {
    if (this.flight?.kind !== "write") return false;
    const {id} = this.flight.write;
    if (id[0] !== writer || id[1] !== number) return false;
    this.flight = null;
    return true;
  }

  /** It is not known whether what was on its way arrived: it is to be sent again. */
  land(): void {
    if (this.flight?.kind === "write") {
      this.write ??= {...this.flight.write, behind: 0};
    }
    this.flight = null;
    this.readOn = 0;
  }

  /**
   * The push was made too far behind for the server to rebase it. The replica rebases the edits,
   * over the revisions up to `version`; then they are pushed again.
   */
  postpone(version: number): void {
    this.land();
    this.readOn = version;
  }

  /** What was on its way was refused and changed nothing. A write is dropped, edits stay. */
  refused(): void {
    if (this.flight?.kind === "edits") this.doubtful = 0;
    // What waits behind edits that cannot go might wait for ever.
    if (this.flight?.kind === "edits" && this.write) this.write.behind = 0;
    this.flight = null;
  }

  /** The replica has dropped its unconfirmed edits; they are not coming any more. */
  editsDropped(): void {
    this.land();
    this.doubtful = 0;
    if (this.write) this.write.behind = 0;
  }

  /** Drop writes too. */
  clear(): void {
    this.flight = this.write = null;
    this.doubtful = 0;
  }

  /** All edits that the log has are confirmed. */
  known(): void {
    this.doubtful = 0;
  }

  /** The edits are noted elsewhere: from now on, the log may have them as they are. */
  noted(): void {
    this.doubtful = this.replica.unsent;
  }

  /** Make few edits of those that were never sent, those before a write apart from the others. */
  compact(): void {
    const {write, replica, doubtful} = this;
    const split = Math.max(doubtful, write?.behind ?? 0);
    replica.compact(split);
    if (write && split > doubtful) write.behind = doubtful + replica.compact(doubtful, split);
  }
}

/** Well under what the server takes in one message, so that nobody waits long behind it. */
const most = {updates: 200, parts: 1500, characters: 256 * 1024};

/**
 * The oldest unconfirmed edits that go into one push, of the `first` ones only if that is given;
 * at least one if there is any, however large it is.
 */
export function nextPush(
  replica: Replica,
  first = Infinity,
): {version: number; updates: ChangeJSON[]} | null {
  const updates: ChangeJSON[] = [];
  let [parts, characters] = [0, 0];
  for (const changes of replica.sendable(Math.min(first, most.updates))) {
    const json = changes.toJSON() as ChangeJSON;
    parts += json.length;
    characters += JSON.stringify(json).length;
    if (updates.length && (parts > most.parts || characters > most.characters)) break;
    updates.push(json);
  }
  return updates.length ? {version: replica.version, updates} : null;
}
