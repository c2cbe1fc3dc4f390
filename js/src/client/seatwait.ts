/** Waiting for a seat in a room that is full: tries again while the person sees the page. */
import {roomFull} from "./closecodes";
import type {End} from "./closecodes";
import type {Clock} from "./connection";

/** Milliseconds from a refusal to the next attempt; half of `JITTER_MS` earlier or later. */
const EVERY_MS = 10_000;
const JITTER_MS = 4_000;
/** Milliseconds after which no attempt is made any more. */
const LONGEST_MS = 15 * 60_000;

export interface SeatWaitOptions {
  readonly clock: Clock;
  /** Whether the person sees the page. Nobody takes a seat behind another window. */
  readonly visible: () => boolean;
  /** Ends the connection, and displays why. */
  readonly stop: (end: End) => void;
  readonly tryAgain: () => void;
}

export class SeatWait {
  /** When the room refused first; null if nobody waits. */
  private began: number | null = null;
  private timer: number | null = null;
  /** Whether an attempt was due while the page was hidden. */
  private missed = false;

  constructor(private readonly options: SeatWaitOptions) {}

  /** The room is full, as a sentence of the server says. */
  refused(message: string): void {
    const {clock, stop} = this.options;
    this.clear();
    this.began ??= clock.now;
    const waits = clock.now - this.began < LONGEST_MS;
    if (waits) {
      const delay = EVERY_MS + JITTER_MS * (clock.random() - 0.5);
      this.timer = clock.setTimeout(() => this.due(), delay);
    } else {
      this.began = null;
    }
    stop(roomFull(message, waits));
  }

  /** The person is back. */
  wake(): void {
    if (this.began === null || !this.missed || !this.options.visible()) return;
    // The time behind another window does not count.
    this.began = this.options.clock.now;
    this.due();
  }

  /** Stops waiting, because the room was entered or the person does something else. */
  stop(): void {
    this.clear();
    this.began = null;
  }

  private due(): void {
    this.clear();
    this.missed = !this.options.visible();
    if (!this.missed) this.options.tryAgain();
  }

  private clear(): void {
    if (this.timer !== null) this.options.clock.clearTimeout(this.timer);
    this.timer = null;
    this.missed = false;
  }
}
