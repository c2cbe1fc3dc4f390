/**
 * When a client says what: the one state machine between a replica and its connection.
 *
 * One push is on its way at a time and the next carries all that piled up; nothing typed waits for
 * anything else. A lost connection loses no edit: the log recognises the ones that it has already.
 */
import type {Text} from "@codemirror/state";
import type {ClientMessage, CodeUpdate, Error as Refusal, Hello} from "./protocol.gen";
import type {Person, ServerMessage, Welcome} from "./protocol.gen";
import {LogGap} from "./replica";
import type {Receipt, Replica} from "./replica";
import {nextPush} from "./push";
import {clean, toText} from "./text";

/** What the state machine asks of its connection. */
export interface Line {
  send(message: ClientMessage): void;
  /** Drop this connection and open another one. */
  restart(): void;
  /** Drop this connection for good, until the person wants another try. */
  refuse(message: string): void;
}

/** A whole-file write that is not known to be stored. */
interface Write {
  readonly code: Text;
  /** Unconfirmed edits that were made before it, and go first. */
  behind: number;
  /** It was sent on a connection that broke: the log may have it. */
  doubtful: boolean;
}

type Flight = {kind: "edits"; left: number} | {kind: "write"; write: Write};

/** Faults in a row after which trying again is no use. */
const mostFaults = 5;

export class Sync {
  welcome: Welcome | null = null;
  people: readonly Person[] = [];
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
  private flight: Flight | null = null;
  private write: Write | null = null;
  /** Unconfirmed edits, from the oldest, that the log may have. */
  private doubtful = 0;
  /** Whether revisions may still come that were made before the connection was. */
  private catchingUp = false;
  private resumable = false;
  private refusedLength = 0;
  private faults = 0;

  constructor(
    private readonly replica: Replica,
    private readonly key: string,
    private readonly line: Line,
  ) {}

  /** Edits and writes that are not known to be stored. */
  get unsent(): number {
    const writes = (this.write ? 1 : 0) + (this.flight?.kind === "write" ? 1 : 0);
    return this.replica.unsent + writes;
  }

  /** Whether an answer is due. */
  get waiting(): boolean {
    return this.flight !== null || !this.following;
  }

  /** Whether `nudge` is to be called after two seconds in which nothing happened. */
  get needsNudge(): boolean {
    if (!this.following || this.flight) return false;
    return this.held?.code === "storage" || (this.catchingUp && this.write?.doubtful === true);
  }

  /** The connection is there. */
  opened(): void {
    const hello: Hello = {type: "hello", key: this.key};
    if (this.resumable && this.welcome) {
      hello.version = this.replica.version;
      hello.epoch = this.welcome.epoch;
    }
    this.line.send(hello);
  }

  /** The connection is gone, and whether what was on its way arrived is not known. */
  closed(): void {
    this.following = false;
    this.people = [];
    if (this.held?.code === "storage") this.held = null;
    this.land(true);
  }

  /** The connection was cut because a message was too big: the same again would be cut again. */
  tooBig(message: string): void {
    if (this.flight) this.tooLarge({type: "error", code: "too_large", message});
  }

  /** The replica has a new local edit. */
  edited(): void {
    this.flush();
  }

  /** Replace the whole file, after the edits made until now. Only the newest write counts. */
  replace(code: string): void {
    this.write = {code: toText(clean(code)), behind: this.replica.unsent, doubtful: false};
    this.flush();
  }

  /** Two seconds have passed in which nothing happened; see `needsNudge`. */
  nudge(): void {
    this.catchingUp = false;
    if (!this.flush(true) && this.held?.code === "storage") this.held = null;
  }

  /** The person wants another try. */
  retry(): void {
    this.held = null;
    this.faults = 0;
  }

  received(message: ServerMessage): void {
    try {
      this.take(message);
    } catch (error) {
      if (!(error instanceof LogGap || error instanceof RangeError)) throw error;
      this.fault();
      return;
    }
    this.flush();
  }

  private take(message: ServerMessage): void {
    switch (message.type) {
      case "welcome":
        this.welcome = message;
        this.replica.clientId = message.clientId;
        this.following = this.catchingUp = message.resumed && this.resumable;
        if (this.following) this.compact();
        return;
      case "initial_state":
        return this.load(message.code, message.version);
      case "code_update":
        return this.follow(message);
      case "saved":
        return this.acknowledge(message.version);
      case "presence":
        // Who is here is told only to those who have all revisions.
        this.catchingUp = false;
        this.people = message.people;
        return;
      case "error":
        return this.refused(message);
    }
  }

  private load(code: string, version: number): void {
    this.orphan = this.replica.reset(code, version) ?? this.orphan;
    this.land(true);
    this.doubtful = 0;
    if (this.write) this.write.behind = 0;
    if (this.held?.code === "too_large") this.held = null;
    this.loaded = this.following = this.resumable = true;
    this.catchingUp = false;
  }

  private follow({updates, version}: CodeUpdate): void {
    if (!this.following || !updates) return;
    const receipt = this.replica.receive(updates, version);
    this.settle(receipt);
    const {flight, write} = this;
    const arrived = (code: Text): boolean => receipt.codes.some(each => each.eq(code));
    if (flight?.kind === "write") {
      // Where the code was just that after the write was sent, the write is as good as made.
      if (receipt.wrote || arrived(flight.write.code)) this.answered();
    } else if (write?.doubtful && arrived(write.code)) {
      this.write = null;
    }
  }

  private acknowledge(version: number): void {
    if (!this.following) return;
    if (this.flight?.kind !== "write") return this.settle(this.replica.saved(version));
    const receipt = this.replica.wrote(this.flight.write.code, version);
    if (!receipt) return;
    this.settle(receipt);
    this.answered();
  }

  private settle({confirmed, lost}: Receipt): void {
    this.faults = 0;
    if (lost !== null) this.orphan = lost;
    if (this.write) this.write.behind = Math.max(0, this.write.behind - confirmed);
    this.doubtful = Math.max(0, this.doubtful - confirmed);
    if (this.flight?.kind !== "edits") return;
    this.flight.left -= confirmed;
    if (this.flight.left <= 0 || lost !== null) this.answered();
  }

  private answered(): void {
    this.flight = null;
    this.notice = "";
    if (this.held?.code === "storage") this.held = null;
  }

  private refused(refusal: Refusal): void {
    switch (refusal.code) {
      case "storage":
        this.land(true);
        this.held = refusal;
        return;
      case "too_large":
        return this.tooLarge(refusal);
      case "forbidden":
        this.orphan = this.replica.discard() ?? this.orphan;
        this.flight = this.write = null;
        this.doubtful = 0;
        this.held = refusal;
        if (refusal.fatal) this.line.refuse(refusal.message);
        return;
      case "bad_change":
      case "malformed":
        if (this.replica.unsent) this.orphan = this.replica.doc.toString();
        this.flight = this.write = null;
        this.resumable = false;
        return this.line.refuse(refusal.message);
    }
  }

  /** Hold edits that are too large until the text is shorter. A write that is, is dropped. */
  private tooLarge(refusal: Refusal): void {
    const {flight, write, replica} = this;
    this.flight = null;
    if (flight?.kind === "write") {
      this.notice = refusal.message;
      return;
    }
    this.held = refusal;
    this.refusedLength = replica.doc.length;
    this.doubtful = 0;
    if (write) write.behind = 0;
  }

  /** Take what is on its way back into the waiting line. */
  private land(doubtful: boolean): void {
    if (this.flight?.kind === "write") this.write ??= {...this.flight.write, behind: 0, doubtful};
    this.flight = null;
  }

  /** Make few edits of those that were never sent, those before a write apart from the others. */
  private compact(): void {
    const {write, replica, doubtful} = this;
    const split = Math.max(doubtful, write?.behind ?? 0);
    replica.compact(split);
    if (write && split > doubtful) write.behind = doubtful + replica.compact(doubtful, split);
  }

  private fault(): void {
    this.faults++;
    if (this.faults > mostFaults) {
      return this.line.refuse("The editor and the server do not agree on the text.");
    }
    // Going on from the known version keeps unsent edits; a second time, only the server is right.
    if (this.faults > 1) this.resumable = false;
    this.line.restart();
  }

  /** Send what can be sent. True when something is on its way. */
  private flush(again = false): boolean {
    const {replica} = this;
    if (this.held?.code === "too_large" && replica.doc.length < this.refusedLength) {
      this.held = null;
      this.compact();
    }
    if (!this.following || this.flight) return this.flight !== null;
    const {write, held} = this;
    if (held?.code === "forbidden" || (held?.code === "storage" && !again)) return false;
    // A write overtakes only edits that are held for their size: it may be what helps.
    const push = held?.code === "too_large" ? null : nextPush(replica, write?.behind);
    if (push) {
      this.flight = {kind: "edits", left: push.updates.length};
      this.doubtful = Math.max(this.doubtful, push.updates.length);
        this.line.send({type: "code_change", ...push});
    } else if (write && !(write.doubtful && this.catchingUp)) {
      this.flight = {kind: "write", write};
      this.write = null;
        this.line.send({type: "code_change", code: write.code.toString()});
    }
    return this.flight !== null;
  }
}
