/** What the history panel says. */
import type {RevisionEntry} from "./api";

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

/** Who did what: "Ann typed", "Bob replaced the whole text". */
export function deed(entry: RevisionEntry): string {
  const name = authorName(entry);
  if (entry.version === 0) return `${name} made the room`;
  return entry.kind === "write" ? `${name} replaced the whole text` : `${name} typed`;
}

export function place(version: number, head: number): string {
  const of = `Version ${version} of ${head}`;
  return version === head ? `${of}, the newest` : of;
}

/** All of it in a sentence, for those who hear the slider. */
export function spoken(entry: RevisionEntry, head: number, now: number): string {
  return `${place(entry.version, head)}: ${deed(entry)}, ${ago(entry.at, now)}`;
}
