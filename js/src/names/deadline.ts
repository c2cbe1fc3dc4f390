/** Questions whose answer may be late. */
import type {Timers} from "../ui/timing";

/** A question that ends when its signal does. */
export type Question<T> = (signal: AbortSignal) => Promise<T | null>;

/** Returns the answer; null if the question fails, is aborted or takes longer than `ms`. */
export async function within<T>(
  ms: number,
  question: Question<T>,
  timers: Timers,
  aborted?: AbortSignal,
): Promise<T | null> {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  const timer = timers.setTimeout(stop, ms);
  aborted?.addEventListener("abort", stop, {once: true});
  const late = new Promise<null>(resolve =>
    abort.signal.addEventListener("abort", () => resolve(null), {once: true}),
  );
  const asked = question(abort.signal).catch(() => null);
  const answer = await Promise.race([asked, late]);
  timers.clearTimeout(timer);
  return answer;
}
