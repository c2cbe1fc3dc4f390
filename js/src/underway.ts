/** Does something that is not to be done twice at once: who asks meanwhile gets the same. */
export function underWay<T>(start: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | null = null;
  return () => (running ??= start().finally(() => (running = null)));
}
