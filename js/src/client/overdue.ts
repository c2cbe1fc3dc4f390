/** How long edits have waited to be stored, and when a copy of the text should be offered. */
import type {Timers} from "../ui/timing";
import type {Replica} from "./replica";

export interface OverdueOptions {
  readonly replica: Replica;
  readonly timers: Timers & {readonly now: number};
  /** The number of unsent edits, and of confirmations until now. */
  readonly waiting: {readonly unsent: number; readonly delivered: number};
  readonly changed: () => void;
}

/** Milliseconds after which an error is shown, and after which a copy is offered. */
const shortMs = 10_000;
const longMs = 60_000;
const mostCharacters = 256 * 1024;
const tickMs = 1000;

export class Overdue {
  /** Seconds since the oldest edit; a multiple of 60 from one minute on, 0 below ten seconds. */
  overdue = 0;
  /** Whether a copy of the text should be offered. */
  rescue = false;
  private since = 0;
  private delivered = 0;
  private timer: number | null = null;

  constructor(private readonly options: OverdueOptions) {}

  /** Called when edits may have been made or stored. */
  update(): void {
    const {waiting, timers} = this.options;
    if (waiting.unsent && waiting.delivered === this.delivered && this.timer !== null) return;
    this.stop();
    if (!waiting.unsent) return;
    this.delivered = waiting.delivered;
    this.since = timers.now;
    this.wait();
  }

  stop(): void {
    if (this.timer !== null) this.options.timers.clearTimeout(this.timer);
    this.timer = null;
    this.overdue = 0;
    this.rescue = false;
  }

  private wait(): void {
    this.timer = this.options.timers.setTimeout(() => this.tick(), tickMs);
  }

  private tick(): void {
    const {replica, timers, changed} = this.options;
    const ms = timers.now - this.since;
    const exact = Math.floor(ms / 1000);
    this.overdue = ms < shortMs ? 0 : ms < longMs ? exact : exact - (exact % 60);
    const sizes = replica.sendable().map(each => JSON.stringify(each).length);
    this.rescue = ms > longMs || sizes.reduce((sum, size) => sum + size, 0) > mostCharacters;
    this.wait();
    changed();
  }
}

const afterMs = 2000;

/** Calls `nudge` two seconds after `needsNudge` has become true. */
export class Nudge {
  private timer: number | null = null;

  constructor(
    private readonly timers: Timers,
    private readonly machine: {readonly needsNudge: boolean; nudge(): void},
    private readonly changed: () => void,
  ) {}

  /** Called when `needsNudge` may have changed. */
  update(): void {
    const {timers, machine} = this;
    if (machine.needsNudge && this.timer === null) {
      this.timer = timers.setTimeout(() => {
        this.timer = null;
        machine.nudge();
        this.changed();
      }, afterMs);
    } else if (!machine.needsNudge && this.timer !== null) {
      timers.clearTimeout(this.timer);
      this.timer = null;
    }
  }
}
