/** Times in words. Every time is in seconds since 1970. */

const relative = new Intl.RelativeTimeFormat("en", {numeric: "auto"});
/** Each unit with its length in seconds, and the count from which the next one is used. */
const UNITS = [
  ["minute", 60, 60],
  ["hour", 3600, 24],
  ["day", 86_400, 31],
] as const;

/** "just now", "5 minutes ago", "yesterday", "in 3 days"; a date when it is more than 30 days. */
export function relativeTime(time: number, now: number): string {
  const distance = time - now;
  if (Math.abs(distance) < 60) return "just now";
  for (const [unit, length, end] of UNITS) {
    const count = Math.round(distance / length);
    if (Math.abs(count) < end) return relative.format(count, unit);
  }
  return new Date(time * 1000).toLocaleDateString("en", {dateStyle: "medium"});
}
