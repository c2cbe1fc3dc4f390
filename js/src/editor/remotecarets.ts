/**
 * Draws the carets and selections of others in layers outside of the text, so that they move no
 * character and screen readers do not read them as code.
 */
import {EditorSelection, StateEffect, StateField} from "@codemirror/state";
import type {Extension} from "@codemirror/state";
import {EditorView, RectangleMarker, layer} from "@codemirror/view";
import type {LayerMarker, ViewUpdate} from "@codemirror/view";
import {mapped, same} from "../client/carets";
import type {RemoteCaret} from "../client/types";
import {h, setText} from "../ui/dom";
import {colourClass, shownName} from "../ui/names";

const setCarets = StateEffect.define<readonly RemoteCaret[]>();

const caretField = StateField.define<readonly RemoteCaret[]>({
  create: () => [],
  update(carets, {changes, docChanged, effects}) {
    for (const effect of effects) if (effect.is(setCarets)) return effect.value;
    if (!docChanged) return carets;
    return carets.map(caret => ({...caret, ...mapped(caret, changes)}));
  },
});

/** Sets the carets to draw, as positions in the view's code. */
export function showCarets(view: EditorView, carets: readonly RemoteCaret[]): void {
  const shown = view.state.field(caretField);
  const alike = (caret: RemoteCaret, i: number): boolean => {
    const other = shown[i];
    return !!other && same(caret, other) && look(caret) === look(other);
  };
  if (carets.length === shown.length && carets.every(alike)) return;
  view.dispatch({effects: setCarets.of(carets)});
}

function look({clientId, name, color, own, moved}: RemoteCaret): string {
  return JSON.stringify([clientId, name, color, own, moved]);
}

/** The text of the flag. */
export function flagName({name, own}: Pick<RemoteCaret, "name" | "own">): string {
  return own ? "you (another tab)" : shownName({name});
}

class CaretMarker implements LayerMarker {
  constructor(
    private readonly caret: RemoteCaret,
    private readonly left: number,
    private readonly top: number,
    private readonly height: number,
    private readonly flag: FlagPlace,
  ) {}

  eq(other: CaretMarker): boolean {
    const {left, top, height, flag, caret} = other;
    return (
      [left, top, height].every((each, i) => each === [this.left, this.top, this.height][i]) &&
      flag.place === this.flag.place &&
      flag.side === this.flag.side &&
      flag.shift === this.flag.shift &&
      look(caret) === look(this.caret)
    );
  }

  draw(): HTMLElement {
    const flag = h("span", {class: "pairedit-flag", dir: "auto", translate: "no"});
    const element = h("div", {"data-moves": "even"}, flag);
    this.dress(element);
    return element;
  }

  /** Reuses the element of the same client, or its flag would reappear with each key. */
  update(element: HTMLElement, before: LayerMarker): boolean {
    if (!(before instanceof CaretMarker)) return false;
    if (before.caret.clientId !== this.caret.clientId) return false;
    if (before.caret.moved !== this.caret.moved) {
      element.dataset.moves = element.dataset.moves === "even" ? "odd" : "even";
    }
    this.dress(element);
    return true;
  }

  private dress(element: HTMLElement): void {
    const {caret, flag} = this;
    const hover = element.classList.contains(HOVER) ? ` ${HOVER}` : "";
    element.className = `pairedit-caret ${colourClass(caret.color)}${hover}`;
    element.dataset.client = caret.clientId;
    element.dataset.flag = flag.place;
    element.dataset.side = flag.side;
    element.style.left = `${this.left}px`;
    element.style.top = `${this.top}px`;
    element.style.height = `${this.height}px`;
    if (element.firstElementChild instanceof HTMLElement) {
      setText(element.firstElementChild, flagName(caret));
      element.firstElementChild.style.marginLeft = flag.shift ? `${flag.shift}px` : "";
    }
  }
}

const HOVER = "pairedit-hover";

function caretMarkers(view: EditorView): readonly LayerMarker[] {
  // Measured in screen pixels; the layer must undo the scale of a transform.
  const {scrollDOM, scaleX, scaleY} = view;
  const frame = scrollDOM.getBoundingClientRect();
  return view.state.field(caretField).flatMap(caret => {
    const line = view.state.doc.lineAt(caret.head);
    // Before a suggestion at the same position.
    const at = view.coordsAtPos(caret.head, caret.head > line.from ? -1 : 1);
    if (!at) return [];
    const left = at.left - frame.left + scrollDOM.scrollLeft * scaleX;
    const top = at.top - frame.top + scrollDOM.scrollTop * scaleY;
    const flag = flagPlace(view, caret.head, at.left, flagName(caret));
    return new CaretMarker(caret, left, top, at.bottom - at.top, flag);
  });
}

function tints(view: EditorView): readonly LayerMarker[] {
  const {length} = view.state.doc;
  return view.state.field(caretField).flatMap(({anchor, head, color}) => {
    if (anchor === head || Math.max(anchor, head) > length) return [];
    const range = EditorSelection.range(anchor, head);
    return RectangleMarker.forRange(view, `pairedit-tint ${colourClass(color)}`, range);
  });
}

function changed({docChanged, startState, state}: ViewUpdate): boolean {
  return docChanged || startState.field(caretField) !== state.field(caretField);
}

/** Carets receive no pointer events, so the distance to the pointer is measured. */
function hover(event: MouseEvent, view: EditorView): void {
  for (const bar of view.scrollDOM.querySelectorAll(".pairedit-carets > .pairedit-caret")) {
    const {left, right, top, bottom} = bar.getBoundingClientRect();
    const {clientX: x, clientY: y} = event;
    bar.classList.toggle(HOVER, x > left - 5 && x < right + 5 && y > top && y < bottom);
  }
}

/** The extension that draws the carets of `showCarets`. */
export function remoteCarets(): Extension {
  return [
    caretField,
    layer({above: true, class: "pairedit-carets", update: changed, markers: caretMarkers}),
    layer({above: false, class: "pairedit-tints", update: changed, markers: tints}),
    EditorView.domEventHandlers({mousemove: hover}),
  ];
}

export interface FlagPlace {
  /** Beside the caret, or over the line above or below. */
  readonly place: "beside" | "above" | "below";
  /** The side of the caret on which it is. */
  readonly side: "right" | "left";
  /** Pixels from the caret to a flag beside it, which is after the end of the line. */
  readonly shift: number;
}

/** The approximate greatest width of a character in a flag, and the padding, in pixels. */
const widest = 7;
const padding = 18;

/**
 * Returns the place of a flag with `name` for a caret at `head`, `x` pixels from the left. It
 * covers no text if there is such a place.
 */
export function flagPlace(view: EditorView, head: number, x: number, name: string): FlagPlace {
  const {doc} = view.state;
  const line = doc.lineAt(head);
  const frame = view.scrollDOM.getBoundingClientRect();
  const width = Math.min(name.length * widest, 12 * 11) + padding;
  const right = frame.left + view.scrollDOM.clientWidth * view.scaleX;
  const end = view.coordsAtPos(line.to, -1)?.right ?? x;
  const shift = Math.max(0, end - x);
  const ending: FlagPlace = {place: "beside", side: "right", shift};
  const room = x + shift + width < right;
  if (room && !doc.sliceString(head, line.to).trim()) return ending;

  const side = x + width < right ? "right" : "left";
  const from = side === "right" ? x : x - width;
  /** Whether a line's text ends before the flag. */
  const free = (number: number): boolean => {
    if (number > doc.lines) return true;
    const edge = view.coordsAtPos(doc.line(number).to, -1);
    return edge !== null && edge.right < from;
  };
  // Nothing can be drawn above the first line. Elsewhere, above is the usual place.
  const first = line.number === 1;
  if (!first && free(line.number - 1)) return {place: "above", side, shift: 0};
  if (free(line.number + 1)) return {place: "below", side, shift: 0};
  return room ? ending : {place: first ? "below" : "above", side, shift: 0};
}
