/** Connects to a room, one socket at a time, and reconnects with growing delays. */
import {Close} from "../wire/protocol.gen";
import type {ClientMessage, ServerMessage} from "../wire/protocol.gen";
import {afterClose, afterRefusal, onlyTheSocketFails} from "./closecodes";
import type {Again, End} from "./closecodes";

/** The part of a WebSocket that is used. */
export interface Socket {
  onopen: ((this: never, event: never) => void) | null;
  onmessage: ((this: never, event: MessageEvent) => void) | null;
  onclose: ((this: never, event: CloseEvent) => void) | null;
  send(data: string): void;
  close(): void;
}

/** Time and random numbers, which tests replace. */
export interface Clock {
  /** Milliseconds since some moment. */
  readonly now: number;
  setTimeout(callback: () => void, ms: number): number;
  clearTimeout(timer: number): void;
  random(): number;
}

export interface ConnectionOptions {
  readonly connect: () => Socket;
  readonly clock: Clock;
  /** Done once before the first socket, and again after `retry`. Rejects with `ApiError`. */
  readonly prepare: (() => Promise<unknown>) | null;
  /** Requests the server's health when sockets do not open. Rejects with `ApiError`. */
  readonly probe: () => Promise<unknown>;
}

/** `closed` follows each `opened`, with the close code, or 0 if this client closed. */
export interface Listener {
  opened(): void;
  received(message: ServerMessage): void;
  closed(code: number): void;
  /** `end` or `message` has changed. */
  changed(): void;
}

/** Milliseconds, plus one for each 16 characters of the message, for slow connections. */
const answerWithin = 15_000;
const firstDelay = 250;
const longestDelay = 30_000;
const failuresBeforeProbe = 3;
/** Milliseconds in which the `hello` of a lost connection may still reach the server. */
const lateHello = 60_000;
/** The close code of browsers where there was no close frame. */
const noFrame = 1006;

export class Connection {
  /** Set when no further attempt is made until `retry`. */
  end: End | null = null;
  /** The problem, for the person, while attempts go on. */
  message = "";
  private socket: Socket | null = null;
  private isOpen = false;
  /** The number of the current attempt. Results of earlier ones are ignored. */
  private attempt = 0;
  private prepared: boolean;
  private delays = 0;
  private errors = 0;
  private failures = 0;
  private pause: number | null = null;
  private mayWake = false;
  private deadline: number | null = null;
  /** When an open connection was lost: its `hello` may replace a later one. */
  private lostAt = -Infinity;

  constructor(
    private readonly options: ConnectionOptions,
    private readonly listener: Listener,
  ) {
    this.prepared = options.prepare === null;
  }

  /** Connects now, unless there is a connection, and resets delays and messages. */
  retry(): void {
    if (this.isOpen) return;
    this.drop();
    this.end = null;
    this.message = "";
    this.delays = this.errors = this.failures = 0;
    this.prepared = this.options.prepare === null;
    this.begin();
    this.listener.changed();
  }

  /** Connect, and keep `end` until the room is entered or refuses again. */
  tryAgain(): void {
    if (this.socket || this.pause !== null) return;
    this.begin();
  }

  /** Do not wait any longer, since the network or the person is back. */
  wake(): void {
    if (this.pause !== null && this.mayWake) this.begin();
  }

  /** Sends a message that the server must answer in time: see `answered`. */
  send(message: ClientMessage): void {
    const length = this.sendUnanswered(message);
    if (length) this.expectWithin(answerWithin + length / 16);
  }

  /** Sends a message that needs no answer. Returns its length, 0 without a connection. */
  sendUnanswered(message: ClientMessage): number {
    if (!this.socket || !this.isOpen) return 0;
    const frame = JSON.stringify(message);
    this.socket.send(frame);
    return frame.length;
  }

  /** No answer is expected any more. */
  answered(): void {
    this.expectWithin(null);
  }

  /**
   * The client has received content of the room: resets the delay and the message. The welcome does
   * not count, or a connection too slow for the room's code would be repeated without a delay.
   */
  joined(): void {
    this.delays = 0;
    this.end = null;
    this.setMessage("");
  }

  /** Revisions were received: resets the count of internal errors. */
  progressed(): void {
    this.errors = 0;
  }

  /** An answer is still expected, after other messages. */
  wait(): void {
    this.expectWithin(answerWithin);
  }

  /** Drops this connection, which does not work, and connects again. */
  restart(): void {
    this.noteLoss();
    this.drop();
    this.again({atLeast: 0});
  }

  /** Drops the connection and does not connect until `retry`. */
  stop(end: End): void {
    this.drop();
    this.end = end;
    this.listener.changed();
  }

  private begin(): void {
    this.clearPause();
    const attempt = ++this.attempt;
    const {prepare} = this.options;
    if (this.prepared || !prepare) return this.open();
    prepare().then(
      () => {
        if (attempt !== this.attempt) return;
        this.prepared = true;
        this.open();
      },
      (error: unknown) => {
        if (attempt === this.attempt) this.follow(afterRefusal(error));
      },
    );
  }

  private open(): void {
    const socket = this.options.connect();
    this.socket = socket;
    this.expectWithin(answerWithin);
    socket.onopen = () => {
      this.isOpen = true;
      this.failures = 0;
      this.listener.opened();
    };
    socket.onmessage = ({data}: {data: unknown}) => {
      const message = read(data);
      if (message) this.listener.received(message);
    };
    socket.onclose = ({code, reason}) => {
      const opened = this.isOpen;
      const byItself = this.options.clock.now - this.lostAt < lateHello;
      if (code === noFrame) this.noteLoss();
      this.drop(code);
      if (code === Close.REPLACED && byItself) return this.again({atLeast: 0});
      this.errors = code === 1011 ? this.errors + 1 : 0;
      if (opened || ++this.failures < failuresBeforeProbe) {
        this.follow(afterClose(code, reason, this.errors));
      } else {
        this.probe();
      }
    };
  }

  private probe(): void {
    const {attempt} = this;
    this.options.probe().then(
      () => attempt === this.attempt && this.follow({atLeast: 0, message: onlyTheSocketFails}),
      (error: unknown) => attempt === this.attempt && this.follow(afterRefusal(error)),
    );
  }

  private follow(next: End | Again): void {
    if ("status" in next) this.stop(next);
    else this.again(next);
  }

  private again({atLeast, message}: Again): void {
    const {clock} = this.options;
    const most = Math.min(longestDelay, firstDelay * 2 ** this.delays++);
    this.mayWake = atLeast === 0;
    this.pause = clock.setTimeout(() => this.begin(), atLeast + clock.random() * most);
    if (message !== undefined) this.setMessage(message);
  }

  /** Closes the socket and ignores its later events. */
  private drop(code = 0): void {
    const {socket, isOpen} = this;
    this.attempt++;
    this.clearPause();
    this.expectWithin(null);
    this.socket = null;
    this.isOpen = false;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    if (isOpen) this.listener.closed(code);
  }

  private noteLoss(): void {
    if (this.isOpen) this.lostAt = this.options.clock.now;
  }

  private expectWithin(ms: number | null): void {
    const {clock} = this.options;
    if (this.deadline !== null) clock.clearTimeout(this.deadline);
    this.deadline = ms === null ? null : clock.setTimeout(() => this.timedOut(), ms);
  }

  /** A browser reports no error for a lost connection. The missing answer is the only sign. */
  private timedOut(): void {
    this.deadline = null;
    this.restart();
  }

  private clearPause(): void {
    if (this.pause !== null) this.options.clock.clearTimeout(this.pause);
    this.pause = null;
  }

  private setMessage(message: string): void {
    if (message === this.message) return;
    this.message = message;
    this.listener.changed();
  }
}

/** Parses a frame. Returns null if it is no message. */
function read(data: unknown): ServerMessage | null {
  if (typeof data !== "string") return null;
  try {
    const message: unknown = JSON.parse(data);
    return typeof message === "object" && message ? (message as ServerMessage) : null;
  } catch {
    return null;
  }
}
