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
