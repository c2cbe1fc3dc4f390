/** What the history panel says. */
import type {HistorySize, RevisionEntry} from "../wire/history";

/** "3 minutes ago", and after an hour the time, and after a day the date too. */
export function ago(at: number, now: number): string {
  const seconds = now - at;
  if (seconds < 60) return "just now";
  if (seconds < 120) return "a minute ago";
  if (seconds < 3600) return `${Math.floor(seconds / 60)} minutes ago`;
  const time: Intl.DateTimeFormatOptions = {hour: "2-digit", minute: "2-digit"};
  const day = new Date(at * 1000);
  if (day.toDateString() === new Date(now * 1000).toDateString()) {
    return `at ${day.toLocaleTimeString([], time)}`;
  }
  return day.toLocaleString([], {...time, day: "numeric", month: "short", year: "numeric"});
}

export function authorName({author}: Pick<RevisionEntry, "author">): string {
  return author.trim() || "Somebody";
}

/** Who did what: "Ann typed", "Bob replaced the whole text", "Ann, Bob and Cem typed". */
export function deed(entry: RevisionEntry): string {
  const name = everybody([authorName(entry), ...(entry.others ?? [])]);
  if (entry.version === 0) return `${name} made the room`;
  return entry.kind === "write" ? `${name} replaced the whole text` : `${name} typed`;
}

export function place(version: number, head: number, first = version): string {
  const merged = first < version ? `s ${first} to` : "";
  const of = `Version${merged} ${version} of ${head}`;
  return version === head ? `${of}, the newest` : of;
}

/** "1.2 MB of 50 MB". */
export function taken({bytes, limit}: Pick<HistorySize, "bytes" | "limit">): string {
  return `${size(bytes)} of ${size(limit)}`;
}

const [KB, MB] = [1024, 1024 * 1024];

function size(bytes: number): string {
  if (bytes < KB) return `${bytes} B`;
  if (bytes < MB) return `${Math.round(bytes / KB)} kB`;
  const large = bytes / MB;
  return `${large < 10 ? Number(large.toFixed(1)) : Math.round(large)} MB`;
}

/** "Ann", "Ann and Bob", "Ann, Bob and Cem", "Ann, Bob and 3 others". */
function everybody(names: readonly string[]): string {
  const few = names.length > 3 ? [...names.slice(0, 2), `${names.length - 2} others`] : names;
  return [few.slice(0, -1).join(", "), few.at(-1)].filter(Boolean).join(" and ");
}

/** All of it in a sentence, for those who hear the slider. */
export function spoken(entry: RevisionEntry, head: number, now: number): string {
  return `${place(entry.version, head, entry.first)}: ${deed(entry)}, ${ago(entry.at, now)}`;
}
