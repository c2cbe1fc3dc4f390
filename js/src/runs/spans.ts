/** Displays text of a terminal: text nodes and classes, never markup. */
import {h} from "../ui/dom";
import {ansiSpans} from "./ansi";
import type {Style} from "./ansi";
import type {Frame} from "./frames";

export interface Drawn {
  readonly nodes: readonly Node[];
  /** The style in which a text that follows begins. */
  readonly end: Style;
}

/**
 * Returns the nodes of a text that begins in `style`, at most about `most`: a text with more pieces
 * has no colours. `link` makes the element of a frame.
 */
export function drawText(
  text: string,
  style: Style,
  most: number,
  frames: (plain: string) => readonly Frame[] = () => [],
  link: (frame: Frame, label: string) => Node = (_frame, label) => document.createTextNode(label),
): Drawn {
  const {spans, end} = ansiSpans(text, style);
  const plain = spans.map(span => span.text).join("");
  if (spans.length > most) return {nodes: [document.createTextNode(plain)], end};
  const links = frames(plain);
  const nodes: Node[] = [];
  let [at, next] = [0, 0];
  for (const span of spans) {
    const to = at + span.text.length;
    let from = at;
    while (from < to) {
      const frame = links[next];
      if (!frame || frame.from >= to) {
        nodes.push(piece(span.text.slice(from - at), span.style));
        break;
      }
      if (frame.from > from)
        nodes.push(piece(span.text.slice(from - at, frame.from - at), span.style));
      // The whole link, also where it goes on in the next span.
      if (frame.from >= from) nodes.push(link(frame, plain.slice(frame.from, frame.to)));
      from = Math.min(frame.to, to);
      if (frame.to <= to) next++;
    }
    at = to;
  }
  return {nodes, end};
}

function piece(text: string, style: Style): Node {
  const [fore, back] = style.inverse ? [style.back, style.fore] : [style.fore, style.back];
  const names = [
    fore !== null && (typeof fore === "number" ? "pairedit-fg" : "pairedit-fore"),
    back !== null && (typeof back === "number" ? "pairedit-bg" : "pairedit-back"),
    style.inverse && "pairedit-inverse",
    style.bold && "pairedit-bold",
    style.dim && "pairedit-dim",
    style.italic && "pairedit-italic",
    style.underline && "pairedit-underline",
    style.struck && "pairedit-struck",
  ].filter(name => name !== false);
  if (!names.length) return document.createTextNode(text);
  const element = h("span", {class: names.join(" "), text});
  if (fore !== null) element.style.setProperty("--pe-fore", colour(fore));
  if (back !== null) element.style.setProperty("--pe-back", colour(back));
  return element;
}

function colour(of: number | string): string {
  return typeof of === "number" ? `var(--pe-${of})` : of;
}
