/** The element of one output. */
import {h} from "../ui/dom";
import type {RunOutput} from "../wire/protocol.gen";
import {PLAIN} from "./ansi";
import type {Style} from "./ansi";
import {hasScripts} from "./framed";
import {framesIn} from "./frames";
import {imageElement, markupFrame} from "./media";
import {drawText} from "./spans";

export interface OutputContext {
  /** The line of the room's code for one of the code that was run, from 1. */
  readonly lineOf: (line: number) => number;
  /** Moves the caret to a line of the room's code at the version that was run. */
  readonly go: (line: number) => void;
  /** Whether the colours of the page are dark. */
  readonly dark: () => boolean;
  /** The nonce of the page's Content-Security-Policy; empty without one. */
  readonly nonce: string;
}

export interface OutputElement {
  readonly element: HTMLElement;
  /** The style in which the next piece of the same stream begins. */
  readonly end: Style;
}

const NO_SCRIPTS = "Scripts of this HTML do not run here.";
const MARKUP: Readonly<Record<string, string>> = {
  "text/html": "HTML",
  "image/svg+xml": "An image (SVG)",
};

/** `style`: that of the end of the stream before it; `most`: the greatest number of pieces. */
export function outputElement(
  output: RunOutput,
  style: Style,
  most: number,
  context: OutputContext,
): OutputElement {
  const [, kind, text, mime = "", data = "", width = 0, height = 0] = output;
  if (kind === "stdout" || kind === "stderr") return stream(kind, text, style, most);
  if (kind === "error") return {element: errorElement(text, most, context), end: PLAIN};
  const element = shown(text, {mime, data, width, height}, most, context);
  return {element, end: PLAIN};
}

function stream(kind: string, text: string, style: Style, most: number): OutputElement {
  const {nodes, end} = drawText(text, style, most);
  return {element: h("span", {class: `pairedit-${kind}`}, ...(nodes as Text[])), end};
}

function errorElement(text: string, most: number, {go, lineOf}: OutputContext): HTMLElement {
  const link = (line: number, label: string): HTMLElement => {
    const there = lineOf(line);
    const button = h("button", {type: "button", class: "pairedit-line-link", text: label});
    button.title = `Go to line ${there} of the code`;
    button.addEventListener("click", () => go(there));
    return button;
  };
  const {nodes} = drawText(text, PLAIN, most, plain =>
    framesIn(plain).map(({line, ...place}) => ({...place, draw: label => link(line, label)})),
  );
  return h("div", {class: "pairedit-error-text"}, ...(nodes as Text[]));
}

/** What is displayed beside the text; `width` and `height` in pixels of CSS, 0: its own. */
interface Form {
  readonly mime: string;
  readonly data: string;
  readonly width: number;
  readonly height: number;
}

function shown(
  text: string,
  {mime, data, ...size}: Form,
  most: number,
  {dark, nonce}: OutputContext,
): HTMLElement {
  const plain = (): HTMLElement =>
    h("div", {class: "pairedit-text"}, ...(drawText(text, PLAIN, most).nodes as Text[]));
  if (!mime) return plain();
  const noted = (note: string, element: HTMLElement): HTMLElement =>
    h("div", {class: "pairedit-shown"}, h("p", {class: "pairedit-soft", text: note}), element);
  if (mime === "text/html" && data) {
    const frame = markupFrame(data, dark(), nonce);
    return hasScripts(data) ? noted(NO_SCRIPTS, frame) : frame;
  }
  const image = data ? imageElement(mime, data, text, size) : null;
  if (image) return h("div", {class: "pairedit-figure"}, image);
  const kind = data ? undefined : MARKUP[mime];
  const why = kind ? `${kind} is shown to guests only if the owner allows it` : "This is not shown";
  return noted(`${why}. Its text:`, plain());
}
