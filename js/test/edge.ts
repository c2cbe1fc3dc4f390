/** A browser's edge without a browser: a clock that a test moves, and sockets that it plays. */
import type {Clock, Socket} from "../src/connection";
import type {Edge} from "../src/openroom";
import type {ClientMessage, ServerMessage} from "../src/protocol.gen";

export class FakeClock implements Clock {
  now = 0;
  /** What `random` gives; 1 makes every delay the longest. */
  chance = 1;
  private readonly timers = new Map<number, {at: number; callback: () => void}>();
  private last = 0;

  setTimeout(callback: () => void, ms: number): number {
    this.timers.set(++this.last, {at: this.now + ms, callback});
    return this.last;
  }

  clearTimeout(timer: number): void {
    this.timers.delete(timer);
  }

  random(): number {
    return this.chance;
  }

  /** Milliseconds until the next timer, or null. */
  get next(): number | null {
    const times = [...this.timers.values()].map(({at}) => at - this.now);
    return times.length ? Math.min(...times) : null;
  }

  advance(ms: number): void {
    const until = this.now + ms;
    for (;;) {
      const due = [...this.timers].filter(([, {at}]) => at <= until);
      const [timer] = due.sort(([, a], [, b]) => a.at - b.at);
      if (!timer) break;
      this.timers.delete(timer[0]);
      this.now = timer[1].at;
      timer[1].callback();
    }
    this.now = until;
  }
}

export class FakeSocket implements Socket {
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  readonly sent: ClientMessage[] = [];
  closed = false;

  constructor(readonly url = "") {}

  send(data: string): void {
    this.sent.push(JSON.parse(data) as ClientMessage);
  }

  close(): void {
    this.closed = true;
  }

  open(): void {
    call(this.onopen, {});
  }

  hear(...messages: (ServerMessage | string)[]): void {
    for (const message of messages) {
      const data = typeof message === "string" ? message : JSON.stringify(message);
      call(this.onmessage, {data});
    }
  }

  end(code: number, reason = ""): void {
    call(this.onclose, {code, reason});
  }
}

function call(handler: unknown, event: object): void {
  if (typeof handler === "function") handler(event);
}

/** An edge whose parts are at hand. */
export class FakeEdge implements Edge {
  readonly clock = new FakeClock();
  readonly sockets: FakeSocket[] = [];
  readonly requests: string[] = [];
  readonly here = "https://example.org/ann/pairedit/room/r";
  wake = (): void => undefined;
  /** The next answers to requests; when there is none left, the server is not reached. */
  readonly answers: Response[] = [];
  readonly transport = {
    cookie: () => "",
    fetch: (url: string, init: RequestInit): Promise<Response> => {
      this.requests.push(`${init.method} ${url}`);
      const answer = this.answers.shift();
      return answer ? Promise.resolve(answer) : Promise.reject(new TypeError("unreachable"));
    },
  };

  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error("No socket was made.");
    return socket;
  }

  connect = (url: string): FakeSocket => {
    this.sockets.push(new FakeSocket(url));
    return this.socket;
  };

  onWake = (wake: () => void): (() => void) => {
    this.wake = wake;
    return () => (this.wake = () => undefined);
  };

  key = (): string => "a-secret-of-this-very-editor";
}

export function json(status: number, body: unknown): Response {
  return Response.json(body, {status});
}

/** Let promises that are settled already tell whoever waits for them. */
export async function promises(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}
