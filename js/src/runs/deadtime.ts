/** Buttons that are disabled at first, so that a key or click meant for something else presses none. */
import type {Timers} from "../ui/timing";

/** Milliseconds for which a button does nothing after it has appeared, or has got the focus. */
export const DEAD_MS = 700;

type Button = Pick<HTMLButtonElement, "disabled" | "addEventListener">;

/**
 * Disables buttons until they were in view for `DEAD_MS`, and what belongs to them was in view as
 * well. A key presses one only if it has had the focus for that long.
 */
export class DeadTime {
  private timer: number | null = null;
  private waited = false;
  private seen = false;

  constructor(
    private readonly buttons: readonly Button[],
    private readonly timers: Timers,
  ) {
    for (const each of buttons) this.guard(each);
    this.restart();
  }

  /** Disables the buttons until `visible` and `read` are called again. */
  restart(): void {
    this.stop();
    this.waited = this.seen = false;
    this.update();
  }

  /** The buttons are in view. */
  visible(): void {
    if (this.timer !== null || this.waited) return;
    this.timer = this.timers.setTimeout(() => {
      this.timer = null;
      this.waited = true;
      this.update();
    }, DEAD_MS);
  }

  /** The person has had the whole text in view. */
  read(): void {
    this.seen = true;
    this.update();
  }

  stop(): void {
    if (this.timer !== null) this.timers.clearTimeout(this.timer);
    this.timer = null;
  }

  private update(): void {
    for (const each of this.buttons) each.disabled = !(this.waited && this.seen);
  }

  private guard(each: Button): void {
    let focused = 0;
    each.addEventListener("focus", ({timeStamp}) => (focused = timeStamp));
    const onKey = (event: Event): void => {
      const {key} = event as KeyboardEvent;
      if (key !== "Enter" && key !== " ") return;
      if (event.timeStamp - focused < DEAD_MS) event.preventDefault();
    };
    // A blank presses a button when it is released.
    each.addEventListener("keydown", onKey);
    each.addEventListener("keyup", onKey);
  }
}

/** Calls back once when an element is in the person's view. Returns the function that ends it. */
export function whenVisible(element: Element, callback: () => void): () => void {
  const observer = new IntersectionObserver(entries => {
    if (!entries.some(entry => entry.isIntersecting)) return;
    observer.disconnect();
    callback();
  });
  observer.observe(element);
  return () => observer.disconnect();
}
