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
