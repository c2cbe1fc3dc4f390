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

/** With more lines, only the marked ones are elements, and none has a number: a text may have 1 MiB. */
const MOST_NUMBERED = 5_000;

/** Long lines are wrapped, so that no code is outside of the view at the right. */
export function listing(lines: readonly ListedLine[], label: string, marks: Marks): Listing {
  const numbered = lines.length <= MOST_NUMBERED;
  const content = numbered ? lineElements(lines, marks) : markedElements(lines, marks);
  const end = h("span", {class: "pairedit-listing-end"});
  const code = h("pre", {class: "pairedit-listing-code", translate: "no"}, ...content);
  const last = content.at(-1);
  (numbered && last instanceof HTMLElement ? last : code).append(end);
  code.classList.toggle("pairedit-listing-numbered", numbered);
  const digits = Math.max(
    0,
    ...lines.slice(-MOST_NUMBERED).map(({number}) => String(number).length),
  );
  code.style.setProperty("--pairedit-digits", String(digits));
  const element = h(
    "div",
    {class: "pairedit-listing", tabindex: "0", role: "group", "aria-label": label},
    code,
  );
  return {element, end};
}

function lineElements(lines: readonly ListedLine[], marks: Marks): HTMLElement[] {
  return lines.map((line, index) => {
    const element = h("span", {class: "pairedit-listed"}, ...marks(ended(lines, index)));
    element.dataset["line"] = String(line.number);
    return withKind(element, line);
  });
}

function markedElements(lines: readonly ListedLine[], marks: Marks): (string | HTMLElement)[] {
  const content: (string | HTMLElement)[] = [];
  let plain: string[] = [];
  const flush = (): void => {
    if (plain.length) content.push(...marks(plain.join("")));
    plain = [];
  };
  lines.forEach((line, index) => {
    if (!line.kind) return void plain.push(ended(lines, index));
    flush();
    content.push(withKind(h("span", {}, ...marks(ended(lines, index))), line));
  });
  flush();
  return content;
}

function ended(lines: readonly ListedLine[], index: number): string {
  const text = lines[index]?.text ?? "";
  return index < lines.length - 1 ? `${text}\n` : text;
}

function withKind(element: HTMLElement, {kind, note}: ListedLine): HTMLElement {
  if (kind) element.classList.add(`pairedit-listed-${kind}`);
  if (note) element.title = note;
  return element;
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
