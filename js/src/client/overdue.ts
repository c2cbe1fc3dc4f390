/** How long edits have waited to be stored, and when a person should not rely on it any more. */
import type {Timers} from "../ui/timing";
import type {Replica} from "./replica";

export interface PatienceOptions {
  readonly replica: Replica;
  readonly timers: Timers & {readonly now: number};
  /** What waits, and how often something of it was stored. */
  readonly waiting: {readonly unsent: number; readonly delivered: number};
  readonly changed: () => void;
}

/** Milliseconds after which the sign turns to an error, and after which the text is offered. */
const shortMs = 10_000;
const longMs = 60_000;
const mostCharacters = 256 * 1024;
const tickMs = 1000;

export class Patience {
  /** Seconds that the oldest edit has waited; whole minutes from one on, 0 below ten seconds. */
  overdue = 0;
  /** Whether it is time to copy the text to another place. */
  rescue = false;
  private since = 0;
  private delivered = 0;
  private timer: number | null = null;

  constructor(private readonly options: PatienceOptions) {}

  /** Edits may have come or have been stored. */
  look(): void {
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

/** Nudges a state machine that waits for nothing, two seconds after it began to need it. */
export class Nudge {
  private timer: number | null = null;

  constructor(
    private readonly timers: Timers,
    private readonly machine: {readonly needsNudge: boolean; nudge(): void},
    private readonly changed: () => void,
  ) {}

  /** It may have begun or ceased to need it. */
  look(): void {
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
