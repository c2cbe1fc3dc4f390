/** Code to be read before it runs: numbered lines, in which invisible characters are marked. */
import {h} from "../ui/dom";
import type {DiffLine} from "./diff";

export interface ListedLine {
  /** Empty: it has no number. */
  readonly number: number | "";
  readonly text: string;
  /** A class of `runs.css` for the line. */
  readonly kind?: "changed" | "added" | "removed" | "noted";
  /** Why the line is listed. */
  readonly note?: string;
}

/** `end` is in view when the last line is. */
export interface Listing {
  readonly element: HTMLElement;
  readonly end: HTMLElement;
}

type Marks = (text: string) => (string | HTMLElement)[];

/** One element for each marked line, and one for all lines between two: a text may have 1 MiB. */
export function listing(lines: readonly ListedLine[], label: string, marks: Marks): Listing {
  const numbers = lines.map(({number}) => String(number)).join("\n");
  const content: (Node | string)[] = [];
  let plain: string[] = [];
  const flush = (): void => {
    if (plain.length) content.push(...marks(plain.join("")));
    plain = [];
  };
  lines.forEach(({text, kind, note}, index) => {
    const ended = index < lines.length - 1 ? `${text}\n` : text;
    if (!kind) return void plain.push(ended);
    flush();
    const line = h("span", {class: `pairedit-listed-${kind}`}, ...marks(ended));
    if (note) line.title = note;
    content.push(line);
  });
  flush();
  const end = h("span", {class: "pairedit-listing-end"});
  const element = h(
    "div",
    {class: "pairedit-listing", tabindex: "0", role: "group", "aria-label": label},
    h("pre", {class: "pairedit-listing-numbers", "aria-hidden": "true", text: numbers}),
    h("pre", {class: "pairedit-listing-code", translate: "no"}, ...(content as string[]), end),
  );
  return {element, end};
}

/** The lines of a difference; those that stay only beside others. */
export function diffLines(diff: readonly DiffLine[], around = 2): ListedLine[] {
  const near = (at: number): boolean =>
    diff.slice(Math.max(0, at - around), at + around + 1).some(({kind}) => kind !== "same");
  const found: ListedLine[] = [];
  let number = 0;
  let skipped = false;
  diff.forEach(({kind, text}, at) => {
    if (kind !== "removed") number++;
    if (!near(at)) return void (skipped = true);
    if (skipped && found.length) found.push({number: "", text: "…"});
    skipped = false;
    const sign = {same: " ", added: "+", removed: "−"}[kind];
    const shown = {number: kind === "removed" ? ("" as const) : number, text: `${sign} ${text}`};
    found.push(kind === "same" ? shown : {...shown, kind});
  });
  return found;
}
