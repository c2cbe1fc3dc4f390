/** A random history of a room: who types, which frame moves, which line breaks. */
import {Authority, Client, settle} from "./authority";
import type {Line} from "./authority";
import {seeded} from "./random";

export const steps = 160;

export class Schedule {
  readonly room = new Authority("x".repeat(20));
  readonly clients: Client[];
  /** Every character that somebody typed; each is another one. */
  readonly typed: string[] = [];
  /** Those that are of suggestions. */
  readonly accepted = new Set<string>();
  readonly writers = new Map<string, Client>();
  readonly late: Line[] = [];
  written = 0;
  private readonly below: (count: number) => number;

  constructor(seed: number, join = (room: Authority, key: string) => new Client(room, key)) {
    this.below = seeded(seed);
    const count = 2 + this.below(4);
    this.clients = Array.from({length: count}, (_, i) => join(this.room, `key ${i}`));
    settle(...this.clients);
  }

  step(): void {
    const client = this.clients[this.below(this.clients.length)];
    if (!client) return;
    const {line} = client;
    switch (this.below(10)) {
      case 0:
      case 1:
      case 2:
        return this.type(client);
      case 3:
        return this.erase(client);
      case 4:
      case 5:
        return line ? line.take() : void client.connect();
      case 6:
        return line?.pump();
      case 7:
      case 8:
        return client.hear();
      case 9:
        // Often enough that about a third of what is on its way never arrives.
        if (this.below(2)) this.cut(client);
        else this.late.shift()?.take();
    }
  }

  write(client: Client): void {
    client.replace(`written ${this.written++} ${"x".repeat(this.below(9))}`);
  }

  any(): Client {
    return this.clients[this.below(this.clients.length)] as Client;
  }

  /** True once in about `count` calls. */
  once(count: number): boolean {
    return !this.below(count);
  }

  private type(client: Client): void {
    const tokens = Array.from({length: 1 + this.below(3)}, (_, i) =>
      String.fromCodePoint(0x20000 + this.typed.length + i),
    );
    this.typed.push(...tokens);
    for (const token of tokens) this.writers.set(token, client);
    const [text, at] = [tokens.join(""), this.position(client)];
    if (!this.once(4)) return client.view.type(text, at);
    for (const token of tokens) this.accepted.add(token);
    client.view.accept(text, at);
  }

  /** Undoes or redoes; gives the writers of what that took away or brought back. */
  undo(client: Client): (Client | undefined)[] {
    const before = client.text;
    if (this.below(3)) client.view.undo();
    else client.view.redo();
    const changed = (a: string, b: string): string[] =>
      [...a].filter(token => token !== "x" && !b.includes(token));
    const tokens = [...changed(before, client.text), ...changed(client.text, before)];
    return tokens.map(token => this.writers.get(token));
  }

  /** Takes away an "x" that is there from the beginning, maybe two do so at once. */
  private erase(client: Client): void {
    const at = client.text.indexOf("x", this.below(client.text.length + 1));
    if (at >= 0) client.view.change({from: at, to: at + 1});
  }

  private cut(client: Client): void {
    const {line} = client;
    client.cut();
    // The server may still find in its buffers what was sent: before or after the client is back.
    if (line?.up.length && this.below(2)) this.late.push(line);
  }

  private position(client: Client): number {
    // Typing at one place at once is where it gets difficult.
    const {length} = client.text;
    const at = this.below(2) ? this.below(length + 1) : Math.min(10, length);
    const high = client.text.charCodeAt(at - 1);
    return high >= 0xd800 && high <= 0xdbff ? at - 1 : at;
  }
}
