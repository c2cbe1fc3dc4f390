/** The sentences of the history panel. */
import {isolated, plain} from "../ui/names";
import {relativeTime} from "../ui/time";
import type {HistorySize, RevisionEntry} from "../wire/history";

export function authorName({author}: Pick<RevisionEntry, "author">): string {
  return author.trim() || "Somebody";
}

/** Who did what: "Ann typed", "Bob replaced the whole text", "Ann, Bob and Cem typed". */
export function changeLabel(entry: RevisionEntry): string {
  const names = joined([authorName(entry), ...(entry.others ?? [])].map(isolated));
  if (entry.version === 0) return `${names} created the room`;
  return entry.kind === "write" ? `${names} replaced the whole text` : `${names} typed`;
}

/** "Version 3 of 9". `first` is the first of several versions that were merged. */
export function versionLabel(version: number, head: number, first = version): string {
  const merged = first < version ? `s ${first} to` : "";
  const label = `Version${merged} ${version} of ${head}`;
  return version === head ? `${label}, the newest` : label;
}

/** "1.2 MB of 50 MB". */
export function sizeLabel({bytes, limit}: Pick<HistorySize, "bytes" | "limit">): string {
  return `${inUnits(bytes)} of ${inUnits(limit)}`;
}

const [KB, MB] = [1024, 1024 * 1024];

function inUnits(bytes: number): string {
  if (bytes < KB) return `${bytes} B`;
  if (bytes < MB) return `${Math.round(bytes / KB)} kB`;
  const large = bytes / MB;
  return `${large < 10 ? Number(large.toFixed(1)) : Math.round(large)} MB`;
}

/** "Ann", "Ann and Bob", "Ann, Bob and Cem", "Ann, Bob and 3 others". */
function joined(names: readonly string[]): string {
  const few = names.length > 3 ? [...names.slice(0, 2), `${names.length - 2} others`] : names;
  return [few.slice(0, -1).join(", "), few.at(-1)].filter(Boolean).join(" and ");
}

/** The whole entry in one sentence, for screen readers. `now` is in seconds since 1970. */
export function entryLabel(entry: RevisionEntry, head: number, now: number): string {
  const version = versionLabel(entry.version, head, entry.first);
  return `${version}: ${plain(changeLabel(entry))}, ${relativeTime(entry.at, now)}`;
}
