/**
 * Passes values on at most once per interval: the first at once, then the newest when the interval
 * is over. What is equal to the last one passed on is dropped.
 */
export interface Throttle<T> {
  put(value: T): void;
  /** Passes on now what waits. */
  flush(): void;
  /** Drops what waits and remembers that the other side has this value. */
  settle(value: T): void;
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

export function throttle<T>(
  pass: (value: T) => void,
  ms: number,
  timers: Timers = pageTimers,
): Throttle<T> {
  let last: T | undefined;
  let waiting: {value: T} | null = null;
  let timer: number | null = null;

  function flush(): void {
    if (!waiting) return;
    const {value} = waiting;
    waiting = null;
    if (value === last) return;
    last = value;
    pass(value);
  }

  function wait(): void {
    timer = timers.setTimeout(() => {
      timer = null;
      if (waiting) wait();
      flush();
    }, ms);
  }

  return {
    put(value) {
      waiting = {value};
      if (timer !== null) return;
      wait();
      flush();
    },
    flush,
    settle(value) {
      waiting = null;
      last = value;
    },
  };
}
