/** When something runs: at most once per interval, or not twice at the same time. */

/** Runs a function at most once per interval: at once, and again at the end of the interval. */
export interface Throttle {
  /** Asks for a run. */
  put(): void;
  /** Drops the run that is waiting. */
  stop(): void;
}

/** The timers of the page; tests pass a clock of their own. Durations are in milliseconds. */
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
    stop() {
      if (timer !== null) timers.clearTimeout(timer);
      timer = null;
      waiting = false;
    },
  };
}

/** Returns what `perform` gives, or undefined without a call while one from this button is under way. */
export async function once<T>(
  press: Pick<HTMLElement, "getAttribute" | "setAttribute" | "removeAttribute">,
  perform: () => Promise<T>,
): Promise<T | undefined> {
  if (press.getAttribute("aria-disabled")) return undefined;
  // `disabled` would take the focus from the button.
  press.setAttribute("aria-disabled", "true");
  const result = await perform();
  press.removeAttribute("aria-disabled");
  return result;
}

/** Joins calls: a call while another is under way gets the result of that one. */
export function underWay<T>(start: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | null = null;
  return () => (running ??= start().finally(() => (running = null)));
}

/** Calls `start` once and keeps its result. After a failure, the next call tries again. */
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
