/** Displays text of a terminal: text nodes and classes, never markup. */
import {h} from "../ui/dom";
import {ansiSpans} from "./ansi";
import type {Style} from "./ansi";
import {rulesIn} from "./rules";

/** A part of a text, without escapes, that has an element of its own. */
export interface Mark {
  readonly from: number;
  readonly to: number;
  readonly draw: (text: string, style: Style) => Node;
}

export interface Drawn {
  readonly nodes: readonly Node[];
  /** The style in which a text that follows begins. */
  readonly end: Style;
}

/**
 * Returns the nodes of a text that begins in `style`, at most about `most`: a text with more pieces
 * has no colours and no marks. `marks` finds parts of the text without escapes, in order.
 */
export function drawText(
  text: string,
  style: Style,
  most: number,
  marks: (plain: string) => readonly Mark[] = () => [],
): Drawn {
  const {spans, end} = ansiSpans(text, style);
  const plain = spans.map(span => span.text).join("");
  const rules = rulesIn(plain).map(rule => ({...rule, draw: drawRule}));
  if (spans.length + rules.length > most) {
    return {nodes: [document.createTextNode(plain)], end};
  }
  const found = [...marks(plain), ...rules].sort((a, b) => a.from - b.from);
  const nodes: Node[] = [];
  let [at, next] = [0, 0];
  for (const span of spans) {
    const to = at + span.text.length;
    let from = at;
    while (from < to) {
      const mark = found[next];
      if (!mark || mark.from >= to) {
        nodes.push(piece(span.text.slice(from - at), span.style));
        break;
      }
      if (mark.from > from)
        nodes.push(piece(span.text.slice(from - at, mark.from - at), span.style));
      // All of it, also where it goes on in the next span.
      if (mark.from >= from) nodes.push(mark.draw(plain.slice(mark.from, mark.to), span.style));
      from = Math.min(mark.to, to);
      if (mark.to <= to) next++;
    }
    at = to;
  }
  return {nodes, end};
}

function drawRule(text: string, style: Style): Node {
  return piece(text, style, "pairedit-rule");
}

function piece(text: string, style: Style, name = ""): Node {
  const [fore, back] = style.inverse ? [style.back, style.fore] : [style.fore, style.back];
  const names = [
    name,
    fore !== null && (typeof fore === "number" ? "pairedit-fg" : "pairedit-fore"),
    back !== null && (typeof back === "number" ? "pairedit-bg" : "pairedit-back"),
    style.inverse && "pairedit-inverse",
    style.bold && "pairedit-bold",
    style.dim && "pairedit-dim",
    style.italic && "pairedit-italic",
    style.underline && "pairedit-underline",
    style.struck && "pairedit-struck",
  ].filter(Boolean);
  if (!names.length) return document.createTextNode(text);
  const element = h("span", {class: names.join(" "), text});
  if (fore !== null) element.style.setProperty("--pe-fore", colour(fore));
  if (back !== null) element.style.setProperty("--pe-back", colour(back));
  return element;
}

function colour(of: number | string): string {
  return typeof of === "number" ? `var(--pe-${of})` : of;
}
