/** When something is done: at most once per interval, and not twice at once. */

/** Runs something at most once per interval: at once, and again when the interval is over. */
export interface Throttle {
  /** There is something to run for. */
  put(): void;
  /** Runs now what waits. */
  flush(): void;
}

/** The timers, so that a test can turn the clock. */
export interface Timers {
  setTimeout(callback: () => void, ms: number): number;
  clearTimeout(id: number): void;
}

export const pageTimers: Timers = {
  setTimeout: (callback, ms) => window.setTimeout(callback, ms),
  clearTimeout: id => window.clearTimeout(id),
};

export function throttle(run: () => void, ms: number, timers: Timers = pageTimers): Throttle {
  let waiting = false;
  let timer: number | null = null;

  function start(): void {
    waiting = false;
    timer = timers.setTimeout(() => {
      timer = null;
      if (waiting) start();
    }, ms);
    run();
  }

  return {
    put() {
      if (timer === null) start();
      else waiting = true;
    },
    flush() {
      if (timer !== null) timers.clearTimeout(timer);
      timer = null;
      if (waiting) run();
      waiting = false;
    },
  };
}

/** Does what a button is for. A second press, while the first is under way, is none. */
export async function once(
  press: Pick<HTMLElement, "getAttribute" | "setAttribute" | "removeAttribute">,
  doing: () => Promise<boolean>,
): Promise<boolean> {
  if (press.getAttribute("aria-disabled")) return false;
  // Not `disabled`, which would take the focus from the button.
  press.setAttribute("aria-disabled", "true");
  const done = await doing();
  press.removeAttribute("aria-disabled");
  return done;
}

/** Does something that is not to be done twice at once: who asks meanwhile gets the same. */
export function underWay<T>(start: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | null = null;
  return () => (running ??= start().finally(() => (running = null)));
}

/** Does something once for all; after a failure, the next who asks has it tried again. */
export function onceForAll<Asked extends unknown[], T>(
  start: (...asked: Asked) => Promise<T>,
): (...asked: Asked) => Promise<T> {
  let done: Promise<T> | null = null;
  return (...asked) =>
    (done ??= start(...asked).catch((error: unknown) => {
      done = null;
      throw error;
    }));
}
