/**
 * Elements from values, never from markup: names, titles and code are other people's words, and
 * the widget runs in JupyterLab's own origin.
 */

type Child = Node | string | null;

/** Makes an element. `class` and `text` are what they say; all else are attributes as they are. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") element.textContent = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter(child => child !== null));
  return element;
}

/** A push button with words on it. */
export function button(label: string, onPress: () => void, className = ""): HTMLButtonElement {
  const element = h("button", {type: "button", class: `pairedit-button ${className}`.trim()});
  element.textContent = label;
  element.addEventListener("click", onPress);
  return element;
}

/** Hides what may have the focus, which goes elsewhere then and not to the page's beginning. */
export function leave(element: HTMLElement, focus: () => void): void {
  const focused = element.contains(document.activeElement);
  element.hidden = true;
  if (focused) focus();
}

/** Changes a text only when it differs: a live region that is set again is read again. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** For what is said to screen readers and not shown. */
export interface LiveRegion {
  readonly element: HTMLElement;
  readonly say: (sentence: string) => void;
}

/** One per editor, mounted before it is needed: a region that comes with its text is silent. */
export function liveRegion(): LiveRegion {
  const element = h("div", {class: "pairedit-live pairedit-unseen", "aria-live": "polite"});
  return {element, say: sentence => setText(element, sentence)};
}
