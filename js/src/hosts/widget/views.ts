/** Counts the views of a widget, and calls back when there have been none for some time. */
import type {Timers} from "../../ui/timing";

/**
 * A cell that is run again or moved has a view again within this time, so its room need not be
 * opened again. The caret of a widget without a view stays in the room for this time.
 */
export const GRACE_MS = 3000;

export interface ViewListener {
  /** The first view was added. */
  readonly shown: () => void;
  /** There have been no views for `GRACE_MS`. */
  readonly gone: () => void;
}

export class ViewCount {
  private count = 0;
  private timer: number | null = null;

  constructor(
    private readonly listener: ViewListener,
    private readonly timers: Timers,
  ) {}

  /** Adds a view. Returns the function that removes it. */
  add(): () => void {
    this.stop();
    this.count++;
    if (this.count === 1) this.listener.shown();
    let counted = true;
    return () => {
      if (counted && --this.count === 0) {
        this.timer = this.timers.setTimeout(() => this.listener.gone(), GRACE_MS);
      }
      counted = false;
    };
  }

  /** Cancels a pending `gone`. */
  stop(): void {
    if (this.timer !== null) this.timers.clearTimeout(this.timer);
    this.timer = null;
  }
}
