/**
 * What is said to screen readers and not shown: suggestions, and that something was copied.
 *
 * One region per editor, mounted before it is needed: a region that comes with its text is silent.
 */
import {h, setText} from "./dom";

export interface LiveRegion {
  readonly element: HTMLElement;
  readonly say: (sentence: string) => void;
}

export function liveRegion(): LiveRegion {
  const element = h("div", {class: "pairedit-live pairedit-unseen", "aria-live": "polite"});
  return {element, say: sentence => setText(element, sentence)};
}
