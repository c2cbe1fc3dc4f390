/** The sentences of the history panel. */
import {isolated, plain} from "../ui/names";
import {relativeTime} from "../ui/time";
import type {HistorySize, RevisionEntry} from "../wire/history";
import type {Mark} from "../wire/marks";

export function authorName({author}: Pick<RevisionEntry, "author">): string {
  return author.trim() || "Somebody";
}

export type Authors = Pick<RevisionEntry, "author" | "others" | "marks">;

const WORDS: readonly (readonly [Mark, string])[] = [
  ["guest", "guest"],
  ["python", "in Python"],
  ["suggested", "suggested"],
  ["agent", "agent"],
];

/** The names of the authors, isolated: "Ann", "Ann, Bob and Cem". */
export function namesLabel({marks = [], ...entry}: Authors): string {
  const names = [authorName(entry), ...(entry.others ?? [])];
  // The log writes "Ann (guest)"; the mark says so of all of them.
  const said = marks.includes("guest") && !marks.includes("partly");
  return joined(names.map(name => isolated(said ? name.replace(/ \(guest\)$/, "") : name)));
}

/** The marks in words: "in Python", "suggested", "partly suggested". */
export function markWords({marks = []}: Pick<RevisionEntry, "marks">): string[] {
  const partly = marks.includes("partly") ? "partly " : "";
  return WORDS.filter(([mark]) => marks.includes(mark)).map(([, word]) => partly + word);
}

/** "Ann", "Ann, in Python", "Ann and Bob, partly suggested". */
export function authorsLabel(entry: Authors): string {
  return [namesLabel(entry), ...markWords(entry)].join(", ");
}

/** What the authors did; empty where the marks say it. */
export function deedLabel({version, kind, marks = []}: RevisionEntry): string {
  if (version === 0) return "created the room";
  if (kind === "write") return "replaced the whole text";
  return marks.some(mark => mark !== "guest") ? "" : "typed";
}

/** Who did what: "Ann typed", "Bob replaced the whole text", "Ann, suggested", "Cem, guest, typed". */
export function changeLabel(entry: RevisionEntry): string {
  const marked = markWords(entry).length > 0;
  return [authorsLabel(entry), deedLabel(entry)].filter(Boolean).join(marked ? ", " : " ");
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
