import type {Timers} from "../src/ui/timing";

/** Timers that a test turns by hand. */
export class Clock implements Timers {
  private now = 0;
  private next = 1;
  private readonly waiting = new Map<number, {at: number; callback: () => void}>();

  setTimeout(callback: () => void, ms: number): number {
    this.waiting.set(this.next, {at: this.now + ms, callback});
    return this.next++;
  }

  clearTimeout(id: number): void {
    this.waiting.delete(id);
  }

  pass(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const due = [...this.waiting].filter(([, {at}]) => at <= end);
      const first = due.sort(([, a], [, b]) => a.at - b.at)[0];
      if (!first) break;
      const [id, {at, callback}] = first;
      this.waiting.delete(id);
      this.now = at;
      callback();
    }
    this.now = end;
  }
}
