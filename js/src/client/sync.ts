/**
 * The state machine between a replica and its connection: decides when to send what.
 *
 * One push is in flight at a time, and the next one has all edits made since. A lost connection
 * loses no edit: edits that the log already has are recognised when they are sent again.
 */
import type {Text} from "@codemirror/state";
import type {Error as Refusal, ServerMessage, Welcome, WriteId} from "../wire/protocol.gen";
import type {Client} from "./drafts";
import {disagreement, Faults} from "./faults";
import type {Line} from "./line";
import {Shorthand} from "./messages";
import type {FullMessage, FullUpdate} from "./messages";
import {Orphans} from "./orphans";
import {Outbox} from "./outbox";
import {LogGap} from "./replica";
import type {Receipt, Replica} from "./replica";
import {clean, toText} from "./text";
import type {Role} from "./types";

export class Sync {
  welcome: Welcome | null = null;
  epoch = "";
  readonly orphans = new Orphans();
  /** Whether a text has been received. */
  loaded = false;
  /** Whether the client is connected and receives the log from its version on. */
  following = false;
  /** The refusal because of which edits are not sent. */
  held: Refusal | null = null;
  /** A problem for the person to know, until the next edit is stored. */
  notice = "";
  role: Role = "edit";
  /** Whether the role was changed to "view" while this client was connected. */
  narrowed = false;
  /** The number of times that something sent has been saved. */
  delivered = 0;
  private readonly outbox: Outbox;
  private readonly shorthand = new Shorthand();
  private resumable = false;
  private cut = false; // the room has another epoch than the text here
  private refusedLength = 0;
  private readonly faults = new Faults();

  constructor(
    private readonly replica: Replica,
    public key: string,
    private readonly line: Line,
  ) {
    this.outbox = new Outbox(replica);
  }

  /** The number of edits and writes that are not known to be saved. */
  get unsent(): number {
    return this.outbox.unsent + this.replica.unsaved;
  }

  /** Whether the client is connected and has no unsent edits. */
  get settled(): boolean {
    return this.following && !this.outbox.unsent;
  }

  /** Whether revisions must be received before the unsent edits can be pushed. */
  get behind(): boolean {
    return this.outbox.behind;
  }

  /** Whether the server must answer. */
  get waiting(): boolean {
    return this.outbox.busy || this.behind || !this.following;
  }

  /** Whether `nudge` must be called after two seconds. */
  get needsNudge(): boolean {
    return !this.waiting && this.held?.code === "storage";
  }

  /** Continues as an earlier client, whose text and unsent edits are in the replica. */
  resume({key, epoch}: Client): void {
    this.outbox.resumed();
    this.key = key;
    this.epoch = epoch;
    this.loaded = this.resumable = true;
  }

  /** The unsent edits are stored for a later page, so they must not change any more. */
  keep(): void {
    this.outbox.keep();
  }

  /** The connection is open. */
  opened(): void {
    const at = this.resumable ? {version: this.replica.version, epoch: this.epoch} : {};
    this.line.sendHello({type: "hello", key: this.key, differences: true, accepted: true, ...at});
  }

  /** The connection is closed. It is unknown whether the message in flight arrived. */
  closed(): void {
    this.following = false;
    if (this.held?.code === "storage") this.held = null;
    this.outbox.land();
  }

  /** Unsent edits and writes can never be sent: offers their texts for copying. */
  abandon(): void {
    this.orphans.add(this.replica.unmerged);
    this.handOut(this.outbox.written);
  }

  /** The connection was closed because a message was too big: holds it back. */
  tooBig(message: string): void {
    if (this.outbox.busy) this.tooLarge({type: "error", code: "too_large", message});
  }

  /** The replica has a new local edit. */
  edited(): void {
    this.flush();
  }

  /** Replaces the whole file, after the edits made until now. Only the newest write is sent. */
  replace(code: string, id: WriteId): void {
    // If it were kept until writing is allowed, it would undo what others do until then.
    const denied = this.role === "view" || this.held?.code === "forbidden";
    if (denied) return this.handOut(toText(clean(code)));
    this.outbox.replace(toText(clean(code)), id);
    this.flush();
  }

  /** Tries to store again. See `needsNudge`. */
  nudge(): void {
    if (!this.flush(true) && this.held?.code === "storage") this.held = null;
  }

  /** The person asked for another attempt. */
  retry(): void {
    this.held = null;
    this.faults.clear();
  }

  /** Handles a message. Returns it with all fields. */
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
        // Of another history than `epoch`, the text is of no use, on the next connection either.
        this.following = this.resumable = message.resumed && this.resumable;
        if (this.following) this.outbox.compact();
        return this.become(message.role ?? "edit");
      case "role":
        return this.become(message.role);
      case "room":
        // A later welcome is newer than this, too.
        if (this.welcome) this.welcome = {...this.welcome, ...message, type: "welcome"};
        return;
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
    this.orphans.add(this.replica.reset(code, version, this.cut));
    // A room that was deleted may have been made again with this very text.
    this.orphans.merged(code);
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
    this.orphans.add(receipt.lost);
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
        // For the editor these are the same: nothing is saved for now, and it tries again.
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
        this.abandon();
        this.outbox.clear();
        this.resumable = false;
        return this.line.refuse(refusal.message);
    }
  }

  /** Removes local edits from the text. Offers them and the newest write for copying. */
  private forbidden(): void {
    this.orphans.add(this.replica.discard());
    this.handOut(this.outbox.written);
    this.outbox.clear();
  }

  /** Offers a whole text for copying, without a patch. */
  private handOut(code: Text | null): void {
    if (code) this.orphans.add({text: code.toString(), patch: ""});
  }

  /** Holds back edits until the text is shorter. Offers a write that is too large for copying. */
  private tooLarge(refusal: Refusal): void {
    if (this.outbox.writing) {
      this.notice = refusal.message;
      this.handOut(this.outbox.writing);
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

  /** Sends the next message if possible. Returns whether a message is in flight. */
  private flush(again = false): boolean {
    const {held, outbox} = this;
    let tooLarge = held?.code === "too_large";
    if (tooLarge && this.replica.doc.length < this.refusedLength) {
      tooLarge = false;
      this.held = null;
      outbox.known();
      outbox.compact(); // Deleted text must not count.
    }
    const barred = held?.code === "forbidden" || (held?.code === "storage" && !again);
    if (!this.following || barred) return outbox.busy;
    // A write may be sent before edits that are too large: it may shorten the text.
    const message = outbox.next(!tooLarge);
    if (message) this.line.send(message);
    return outbox.busy;
  }
}
