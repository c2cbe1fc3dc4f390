/** A browser's edge without a browser: a clock that a test moves, and sockets that it plays. */
import type {Clock, Socket} from "../src/client/connection";
import type {Edge} from "../src/client/environment";
import type {Shelf} from "../src/client/tabstorage";
import type {ClientMessage, ServerMessage} from "../src/wire/protocol.gen";

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
  if (typeof handler === "function") (handler as (event: object) => void)(event);
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

  /** Of this tab; the pages of one tab, one after another, have the same. */
  tab: FakeShelf | null = null;
  shelf = (): Shelf | null => this.tab;
  secret = "a-secret-of-this-very-editor";
  key = (): string => this.secret;
}

/** The store of a tab. `claims` belongs to all tabs of a browser. */
export class FakeShelf implements Shelf {
  readonly items = new Map<string, string>();
  /** Claims of the page that is there now. */
  private readonly ours = new Set<string>();
  hide = (): void => undefined;

  constructor(readonly claims = new Set<string>()) {}

  /** The store of a tab that is made by duplicating this one. */
  duplicate(): FakeShelf {
    const copy = new FakeShelf(this.claims);
    for (const [name, value] of this.items) copy.items.set(name, value);
    return copy;
  }

  names = (): string[] => [...this.items.keys()].filter(name => !this.ours.has(name));
  get = (name: string): string | null => this.items.get(name) ?? null;
  set = (name: string, value: string): void => void this.items.set(name, value);
  remove = (name: string): void => void this.items.delete(name);

  claim = (name: string): Promise<(() => void) | null> => {
    if (this.claims.has(name)) return Promise.resolve(null);
    for (const claims of [this.claims, this.ours]) claims.add(name);
    return Promise.resolve(() => [this.claims, this.ours].forEach(each => each.delete(name)));
  };

  onHide = (callback: () => void): (() => void) => {
    this.hide = callback;
    return () => (this.hide = () => undefined);
  };
}

export function json(status: number, body: unknown): Response {
  return Response.json(body, {status});
}

/** Let promises that are settled already tell whoever waits for them. */
export async function promises(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}
