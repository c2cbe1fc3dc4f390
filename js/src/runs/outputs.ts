/** The list of the outputs of a run, which follows its end unless the person has scrolled up. */
import {h, setText} from "../ui/dom";
import type {RunOutput} from "../wire/protocol.gen";
import {PLAIN} from "./ansi";
import type {Style} from "./ansi";
import {outputElement} from "./output";
import type {OutputContext, OutputElement} from "./output";

/** Pieces of a run with a style of their own; with more, its further text has no colours. */
const MOST_PIECES = 4000;
/** Within this many pixels of the end, the list follows it. */
const NEAR = 24;

interface Displayed extends OutputElement {
  readonly output: RunOutput;
  readonly start: Style;
  readonly pieces: number;
}

export class OutputList {
  readonly element: HTMLElement;
  private readonly list = h("div", {class: "pairedit-output-list"});
  private readonly note = h("p", {class: "pairedit-soft pairedit-output-note"});
  private displayed = new Map<number, Displayed>();

  constructor(private readonly context: OutputContext) {
    // It can be scrolled by keys.
    const attributes = {class: "pairedit-outputs", tabindex: "0", role: "group"};
    this.element = h("div", {...attributes, "aria-label": "Output"}, this.list, this.note);
  }

  /** Displays outputs, which are new objects where they have changed, and a sentence after them. */
  update(outputs: readonly RunOutput[], note: string): void {
    const {element, list} = this;
    const follows = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
    const before = this.displayed;
    const now = new Map<number, Displayed>();
    let pieces = MOST_PIECES;
    let previous: Displayed | null = null;
    outputs.forEach((output, index) => {
      const joins = previous?.output[1] === output[1];
      const start = joins && previous ? previous.end : PLAIN;
      const known = before.get(output[0]);
      const keeps = known?.output === output && known.start === start;
      const next = keeps ? known : this.draw(output, start, pieces);
      pieces = Math.max(0, pieces - next.pieces);
      now.set(output[0], next);
      const there = list.children[index] ?? null;
      if (there !== next.element) list.insertBefore(next.element, there);
      previous = next;
    });
    while (list.children.length > outputs.length) list.lastElementChild?.remove();
    this.displayed = now;
    setText(this.note, note);
    this.note.hidden = !note;
    if (follows) element.scrollTop = element.scrollHeight;
  }

  /** Draws everything again, in the colours of the page. */
  clear(): void {
    this.displayed.clear();
    this.list.replaceChildren();
  }

  private draw(output: RunOutput, start: Style, most: number): Displayed {
    const drawn = outputElement(output, start, most, this.context);
    return {...drawn, output, start, pieces: drawn.element.childNodes.length};
  }
}
