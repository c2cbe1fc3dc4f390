/** Nudges a state machine that waits for nothing, two seconds after it began to need it. */
import type {Timers} from "./throttle";

const afterMs = 2000;

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
