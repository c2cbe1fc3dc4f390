/**
 * Elements made from values, never from markup: names, titles and code come from other people, and
 * the widget runs in JupyterLab's origin.
 */

type Child = Node | string | null;

/** Makes an element. `text` is its text; every other key is an attribute. */
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

/** Makes a push button. */
export function button(label: string, onPress: () => void, className = ""): HTMLButtonElement {
  const attributes = {type: "button", class: `pairedit-button ${className}`.trim(), text: label};
  const element = h("button", attributes);
  element.addEventListener("click", onPress);
  return element;
}

/** Makes a menu of [value, label] pairs. */
export function menu(
  choices: readonly (readonly [string, string])[],
  attributes: Readonly<Record<string, string>> = {},
): HTMLSelectElement {
  return h("select", attributes, ...choices.map(([value, text]) => h("option", {value, text})));
}

/** Calls `run` when Escape is pressed in `element`, and hides the key from what is around it. */
export function onEscape(element: HTMLElement, run: () => void): void {
  element.addEventListener("keydown", event => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    run();
  });
}

/**
 * Sets a text only if it differs: a live region that is set again is read again. Text between FIRST
 * STRONG ISOLATE and POP DIRECTIONAL ISOLATE becomes a `bdi` element, which does not change the
 * direction of its surroundings and is not translated.
 */
export function setText(element: HTMLElement, text: string): void {
  const parts = text.split(/\u2068([^\u2069]*)\u2069/);
  if (element.textContent === parts.join("")) return;
  const isolate = (name: string): HTMLElement => h("bdi", {translate: "no", text: name});
  element.replaceChildren(...parts.map((part, place) => (place % 2 ? isolate(part) : part)));
}

/** Attributes of every element with code: browsers and extensions must not correct or translate it. */
export const CODE_ATTRIBUTES = {
  spellcheck: "false",
  autocorrect: "off",
  autocapitalize: "off",
  translate: "no",
  "data-gramm": "false",
  "data-gramm_editor": "false",
  "data-enable-grammarly": "false",
  "data-lt-active": "false",
  "data-ms-editor": "false",
} as const;

/** The element with an id that the page's template has. */
export function find<T extends HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no element with the id ${id}.`);
  return element as T;
}

/** Makes a live region. Mount it before it is used: one that is inserted with its text is silent. */
export function liveRegion() {
  const element = h("div", {class: "pairedit-live pairedit-unseen", "aria-live": "polite"});
  return {element, announce: (sentence: string) => setText(element, sentence)};
}
