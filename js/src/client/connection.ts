/** One socket to a room at a time, and another one after it for as long as that makes sense. */
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

/** Time and chance, passed in so that tests decide about them. */
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
  /** Asks what is the matter when sockets do not even open. Rejects with `ApiError`. */
  readonly probe: () => Promise<unknown>;
}

/** Who is told. `closed` follows each `opened`, with the close code, or 0 if it was our doing. */
export interface Listener {
  opened(): void;
  received(message: ServerMessage): void;
  closed(code: number): void;
  /** `end` or `message` is another one. */
  changed(): void;
}

/** Milliseconds. Of a slow line, 16 characters a millisecond are expected on top. */
const answerWithin = 15_000;
const firstDelay = 250;
const longestDelay = 30_000;
const failuresBeforeProbe = 3;

export class Connection {
  /** Set when no further attempt is made by itself. */
  end: End | null = null;
  /** What a person should know while attempts go on. */
  message = "";
  private socket: Socket | null = null;
  private isOpen = false;
  /** The attempt whose answers count; those of earlier ones are too late. */
  private attempt = 0;
  private prepared: boolean;
  private delays = 0;
  private errors = 0;
  private failures = 0;
  private pause: number | null = null;
  private mayWake = false;
  private deadline: number | null = null;

  constructor(
    private readonly options: ConnectionOptions,
    private readonly listener: Listener,
  ) {
    this.prepared = options.prepare === null;
  }

  /** Connect, unless there is a connection, and forget what was the matter. */
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

  /** Send what the server is to answer in time; until then, see `answered`. */
  send(message: ClientMessage): void {
    const length = this.say(message);
    if (length) this.expectWithin(answerWithin + length / 16);
  }

  /** Send what has no answer. Returns how long it was, 0 where there is no connection. */
  say(message: ClientMessage): number {
    if (!this.socket || !this.isOpen) return 0;
    const frame = JSON.stringify(message);
    this.socket.send(frame);
    return frame.length;
  }

  /** No answer is due now. */
  answered(): void {
    this.expectWithin(null);
  }

  /**
   * We are in, and have received something of the room: what was the matter is over, and the next
   * failure is a new one. After the welcome alone, a line that is too slow for the room's code would
   * be tried again without a pause.
   */
  welcomed(): void {
    this.delays = 0;
    this.end = null;
    this.tell("");
  }

  /** Revisions were taken: earlier internal errors are over. */
  progressed(): void {
    this.errors = 0;
  }

  /** An answer is still due, after more that has to come first. */
  wait(): void {
    this.expectWithin(answerWithin);
  }

  /** Drop this connection, which does not work, and make another one. */
  restart(): void {
    this.drop();
    this.again({atLeast: 0});
  }

  /** Drop the connection and make no other one until `retry`. */
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
      this.drop(code);
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
    if (message !== undefined) this.tell(message);
  }

  /** Forget the socket and all that was to follow from it. */
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

  private expectWithin(ms: number | null): void {
    const {clock} = this.options;
    if (this.deadline !== null) clock.clearTimeout(this.deadline);
    this.deadline = ms === null ? null : clock.setTimeout(() => this.silent(), ms);
  }

  /** A browser is not told of a line that leads nowhere: no answer is how it shows. */
  private silent(): void {
    this.deadline = null;
    this.restart();
  }

  private clearPause(): void {
    if (this.pause !== null) this.options.clock.clearTimeout(this.pause);
    this.pause = null;
  }

  private tell(message: string): void {
    if (message === this.message) return;
    this.message = message;
    this.listener.changed();
  }
}

/** Read a frame. Null for what is none of ours: the server may be newer than this page. */
function read(data: unknown): ServerMessage | null {
  if (typeof data !== "string") return null;
  try {
    const message: unknown = JSON.parse(data);
    return typeof message === "object" && message ? (message as ServerMessage) : null;
  } catch {
    return null;
  }
}
