/** What people should know of a text before it runs, in words. */
import {isolated} from "../ui/names";
import type {NotedLine, Person, Question} from "../wire/protocol.gen";

/** Why a line is listed: "Bob; invisible: U+202E; a command of the shell". */
export function noteOf({author, removed, invisible, command}: NotedLine): string {
  return [
    author && (removed ? `${isolated(author)} removed text here` : `by ${isolated(author)}`),
    !author && removed && "text was removed here",
    invisible?.length && `invisible: ${[...new Set(invisible)].join(", ")}`,
    command && "a magic or a command of the shell",
  ]
    .filter(Boolean)
    .join("; ");
}

/** The sentences above the text of a question: what is unusual in it. */
export function warnings(lines: readonly NotedLine[]): string[] {
  const named = (found: readonly NotedLine[]): string => {
    const numbers = found.slice(0, 8).map(({line}) => line);
    const more = found.length > 8 ? " and more" : "";
    return `${found.length === 1 ? "line" : "lines"} ${numbers.join(", ")}${more}`;
  };
  const commands = lines.filter(({command}) => command);
  const invisible = lines.filter(each => each.invisible?.length);
  return [
    commands.length ? `Magics or commands of the shell: ${named(commands)}.` : "",
    invisible.length ? `Invisible characters, marked in the text: ${named(invisible)}.` : "",
  ].filter(Boolean);
}

/** The guests who are here and have written or removed some of the text, whatever their names. */
export function writersOf(lines: readonly NotedLine[], people: readonly Person[]): Person[] {
  const writers = new Set(lines.flatMap(({clients = []}) => clients));
  return people.filter(({guest, clients}) => guest && clients.some(each => writers.has(each)));
}

/** "Bob has changed the code since. That is not part of this run." */
export function sinceLabel(names: readonly string[]): string {
  const all = [...new Set(names)].map(isolated);
  if (!all.length) return "";
  const who = [all.slice(0, -1).join(", "), all.at(-1)].filter(Boolean).join(" and ");
  const have = all.length === 1 ? "has" : "have";
  return `${who} ${have} changed the code since. That is not part of this run.`;
}

/** The number of the first line of the code of a question in its version; 1 if it is not known. */
export function firstLine({code, from, lines = []}: Question, before: string | null): number {
  if (from === undefined) return 1;
  if (before !== null) return before.split("\n").length;
  const own = code.split("\n");
  for (const {line, text, removed} of lines) {
    const at = removed ? -1 : own.indexOf(text);
    if (at >= 0) return Math.max(1, line - at);
  }
  return 1;
}
