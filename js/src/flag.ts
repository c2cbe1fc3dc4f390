/** Where the flag with a name goes, so that it covers no text as long as there is a place. */
import type {EditorView} from "@codemirror/view";

export interface FlagPlace {
  /** Beside the caret in its own line, or over the line above or below. */
  readonly place: "beside" | "above" | "below";
  /** To which side of the caret it grows. */
  readonly side: "right" | "left";
  /** Pixels from the caret, where the flag stands beside it: behind the end of its line. */
  readonly shift: number;
}

/** Pixels that a character of a flag takes at most, about, and its padding. */
const widest = 7;
const padding = 18;

/** The place of a flag with `name` for a caret at `head`, which is `x` pixels from the left. */
export function flagPlace(view: EditorView, head: number, x: number, name: string): FlagPlace {
  const {doc} = view.state;
  const line = doc.lineAt(head);
  const frame = view.scrollDOM.getBoundingClientRect();
  const width = Math.min(name.length * widest, 12 * 11) + padding;
  const right = frame.left + view.scrollDOM.clientWidth;
  const end = view.coordsAtPos(line.to, -1)?.right ?? x;
  const shift = Math.max(0, end - x);
  const ending: FlagPlace = {place: "beside", side: "right", shift};
  const room = x + shift + width < right;
  if (room && !doc.sliceString(head, line.to).trim()) return ending;

  const side = x + width < right ? "right" : "left";
  const from = side === "right" ? x : x - width;
  /** Whether a line's text ends before the flag begins. */
  const free = (number: number): boolean => {
    if (number > doc.lines) return true;
    const edge = view.coordsAtPos(doc.line(number).to, -1);
    return edge !== null && edge.right < from;
  };
  // Nothing can be drawn over the first line; elsewhere, above is where one looks for it.
  const first = line.number === 1;
  if (!first && free(line.number - 1)) return {place: "above", side, shift: 0};
  if (free(line.number + 1)) return {place: "below", side, shift: 0};
  return room ? ending : {place: first ? "below" : "above", side, shift: 0};
}
