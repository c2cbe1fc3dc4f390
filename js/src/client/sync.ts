/**
 * When a client says what: the one state machine between a replica and its connection.
 *
 * One push is on its way at a time and the next carries all that piled up; nothing typed waits for
 * anything else. A lost connection loses no edit: the log recognises the ones that it has already.
 */
import type {Error as Refusal, Hello, ServerMessage, Welcome, WriteId} from "../wire/protocol.gen";
import type {Client} from "./drafts";
import {disagreement, Faults} from "./faults";
import type {Line} from "./line";
import {Shorthand} from "./messages";
import type {FullMessage, FullUpdate} from "./messages";
import {Outbox} from "./outbox";
import {LogGap} from "./replica";
import type {Receipt, Replica} from "./replica";
import {clean, toText} from "./text";
import type {Role} from "./types";

export class Sync {
  welcome: Welcome | null = null;
  epoch = "";
  /** Local text that the room could not take in. */
  orphan: string | null = null;
  /** Whether there has been a text. */
  loaded = false;
  /** Whether the log is followed now: there is a connection, and a text that it continues. */
  following = false;
  /** The server's refusal that holds edits back, until it is overcome. */
  held: Refusal | null = null;
  /** What else a person should know, until the next edit is stored. */
  notice = "";
  role: Role = "edit";
  /** Whether `role` has become less while this client was there. */
  narrowed = false;
  /** How often what was sent has been saved. */
  delivered = 0;
  private readonly outbox: Outbox;
  private readonly shorthand = new Shorthand();
  private resumable = false;
  /** Whether the room has another epoch than the text here. */
  private cut = false;
  private refusedLength = 0;
  private readonly faults = new Faults();

  constructor(
    private readonly replica: Replica,
    public key: string,
    private readonly line: Line,
  ) {
    this.outbox = new Outbox(replica);
  }

  /** Edits and writes that are not known to be saved. */
  get unsent(): number {
    return this.outbox.unsent + this.replica.unsaved;
  }

  /** Whether the text is the room's, with nothing of its own on it. */
  get settled(): boolean {
    return this.following && !this.outbox.unsent;
  }

  /** Whether revisions are to be read before the unsent edits can be pushed. */
  get behind(): boolean {
    return this.outbox.behind;
  }

  /** Whether an answer is due. */
  get waiting(): boolean {
    return this.outbox.busy || this.behind || !this.following;
  }

  /** Whether `nudge` is to be called after two seconds in which nothing happened. */
  get needsNudge(): boolean {
    return !this.waiting && this.held?.code === "storage";
  }

  /** Go on as a client that was, whose text and unsent edits the replica has. */
  resume({key, epoch}: Client): void {
    this.outbox.noted();
    this.key = key;
    this.epoch = epoch;
    this.loaded = this.resumable = true;
  }

  /** The unsent edits are kept for a page that comes after this one: they stay as they are. */
  keep(): void {
    this.outbox.compact();
    this.outbox.noted();
  }

  /** The connection is there. */
  opened(): void {
    const hello: Hello = {type: "hello", key: this.key, accepted: true};
    if (this.resumable) {
      hello.version = this.replica.version;
      hello.epoch = this.epoch;
    }
    this.line.greet(hello);
  }

  /** The connection is gone, and whether what was on its way arrived is not known. */
  closed(): void {
    this.following = false;
    if (this.held?.code === "storage") this.held = null;
    this.outbox.land();
  }

  /** What is unsent now never will be sent: hand it out. */
  abandon(): void {
    if (this.replica.unsent) this.orphan = this.replica.doc.toString();
  }

  /** The connection was cut because a message was too big: the same again would be cut again. */
  tooBig(message: string): void {
    if (this.outbox.busy) this.tooLarge({type: "error", code: "too_large", message});
  }

  /** The replica has a new local edit. */
  edited(): void {
    this.flush();
  }

  /** Replace the whole file, after the edits made until now. Only the newest write counts. */
  replace(code: string, id: WriteId): void {
    // Kept until one may write again, it would undo all that others do until then.
    const denied = this.role === "view" || this.held?.code === "forbidden";
    if (denied) return this.handOut(clean(code));
    this.outbox.replace(toText(clean(code)), id);
    this.flush();
  }

  /** Two seconds have passed in which nothing happened; see `needsNudge`. */
  nudge(): void {
    if (!this.flush(true) && this.held?.code === "storage") this.held = null;
  }

  /** The person wants another try. */
  retry(): void {
    this.held = null;
    this.faults.clear();
  }

  /** Take a message; gives it in full, as it was understood. */
  received(message: ServerMessage): FullMessage {
    const full = this.shorthand.full(message, this.replica.version, this.replica.clientId);
    try {
      this.take(full);
    } catch (error) {
      if (!(error instanceof LogGap || error instanceof RangeError)) throw error;
      this.fault();
      return full;
    }
    this.flush();
    return full;
  }

  private take(message: FullMessage): void {
    switch (message.type) {
      case "welcome":
        this.welcome = message;
        this.cut = this.epoch !== message.epoch;
        this.epoch = message.epoch;
        if (!this.cut) this.replica.expectSaved(message.accepted ?? false);
        this.replica.clientId = message.clientId;
        this.following = message.resumed && this.resumable;
        if (this.following) this.outbox.compact();
        return this.become(message.role ?? "edit");
      case "role":
        return this.become(message.role);
      case "initial_state":
        return this.load(message.code, message.version);
      case "code_update":
        return this.follow(message.updates, message.version);
      case "accepted":
        if (this.following) this.settle(this.replica.confirmed(message.version));
        return;
      case "saved":
        return this.acknowledge(message.version, message.id);
      case "error":
        return this.refused(message);
    }
  }

  private become(role: Role): void {
    this.narrowed = role === "view" && (this.narrowed || (this.loaded && this.role !== "view"));
    this.role = role;
    if (role !== "view" && this.held?.code === "forbidden") this.held = null;
  }

  private load(code: string, version: number): void {
    this.orphan = this.replica.reset(code, version, this.cut) ?? this.orphan;
    if (this.cut) this.replica.expectSaved(this.welcome?.accepted ?? false);
    this.cut = false;
    this.outbox.editsDropped();
    if (this.held?.code === "too_large") this.held = null;
    this.loaded = this.following = this.resumable = true;
  }

  private follow(updates: FullUpdate[] | undefined, version: number): void {
    if (!this.following || !updates) return;
    this.settle(this.replica.receive(updates, version));
  }

  private acknowledge(version: number, write: WriteId | undefined): void {
    if (!this.following) return;
    this.settle(this.replica.confirmed(version));
    if (this.replica.markSaved(version)) this.delivered++;
    if (write && this.outbox.writeStored(write)) this.answered(true);
  }

  private settle(receipt: Receipt): void {
    this.faults.clear();
    if (receipt.lost !== null) this.orphan = receipt.lost;
    if (this.outbox.stored(receipt)) this.answered(!this.replica.unsaved);
  }

  private answered(saved: boolean): void {
    if (saved) this.delivered++;
    this.notice = "";
    if (this.held?.code === "storage") this.held = null;
  }

  private refused(refusal: Refusal): void {
    switch (refusal.code) {
      case "quota":
      case "storage":
        // To the editor the same: nothing is saved for now, and it tries again.
        this.held = {...refusal, code: "storage"};
        return this.outbox.land();
      case "stale":
        return this.outbox.postpone(refusal.version ?? 0);
      case "too_large":
        return this.tooLarge(refusal);
      case "forbidden":
        this.forbidden();
        this.held = refusal;
        if (refusal.fatal) this.line.refuse(refusal.message);
        return;
      case "bad_change":
      case "malformed":
        if (this.replica.unsent) this.orphan = this.replica.doc.toString();
        this.outbox.clear();
        this.resumable = false;
        return this.line.refuse(refusal.message);
    }
  }

  /** Take local edits out of the text, and hand them out, or else the newest write. */
  private forbidden(): void {
    const {written} = this.outbox;
    const edited = this.replica.discard();
    this.outbox.clear();
    if (edited !== null) this.orphan = edited;
    else if (written) this.handOut(written.toString());
  }

  /** Hand out a whole text, which is no edit of the room's. */
  private handOut(code: string): void {
    this.replica.forget();
    this.orphan = code;
  }

  /** Hold edits that are too large until the text is shorter. A write that is, is dropped. */
  private tooLarge(refusal: Refusal): void {
    if (this.outbox.writing) {
      this.notice = refusal.message;
    } else {
      this.held = refusal;
      this.refusedLength = this.replica.doc.length;
    }
    this.outbox.refused();
  }

  private fault(): void {
    if (!this.faults.another()) return this.line.refuse(disagreement);
    this.resumable &&= !this.faults.repeated;
    this.line.restart();
  }

  /** Send what can be sent. True when something is on its way. */
  private flush(again = false): boolean {
    const {held, outbox} = this;
    let tooLarge = held?.code === "too_large";
    if (tooLarge && this.replica.doc.length < this.refusedLength) {
      tooLarge = false;
      this.held = null;
      outbox.known(); // None is in the log.
      outbox.compact(); // So that text which came and went again does not count.
    }
    const barred = held?.code === "forbidden" || (held?.code === "storage" && !again);
    if (!this.following || barred) return outbox.busy;
    // A write may overtake edits that are too large: it may be what helps.
    const message = outbox.next(!tooLarge);
    if (message) this.line.send(message);
    return outbox.busy;
  }
}
