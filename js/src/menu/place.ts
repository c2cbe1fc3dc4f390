/** Where a menu is displayed: below its button, or above it if there is more space. */

/** Pixels between the menu and its button, and between the menu and the edge of the window. */
const GAP = 4;
/** Pixels of height that a menu can be used with. */
const LEAST = 160;

export interface Place {
  readonly left: number;
  readonly maxHeight: number;
  /** One of the two is null. */
  readonly top: number | null;
  readonly bottom: number | null;
}

type Button = Pick<DOMRect, "left" | "top" | "bottom">;

/** The place of a menu with a width, in a window, all in pixels of the window. */
export function placeOf(
  button: Button,
  width: number,
  page: {readonly width: number; readonly height: number},
): Place {
  const left = Math.max(GAP, Math.min(button.left, page.width - width - GAP));
  const below = page.height - button.bottom - 2 * GAP;
  const above = button.top - 2 * GAP;
  if (below >= LEAST || below >= above) {
    return {left, maxHeight: Math.max(below, LEAST), top: button.bottom + GAP, bottom: null};
  }
  return {left, maxHeight: above, top: null, bottom: page.height - button.top + GAP};
}

/** Moves a menu to its place. */
export function place(menu: HTMLElement, button: Button): void {
  const {clientWidth: width, clientHeight: height} = document.documentElement;
  const {left, maxHeight, top, bottom} = placeOf(button, menu.offsetWidth, {width, height});
  const pixels = (length: number | null): string => (length === null ? "auto" : `${length}px`);
  Object.assign(menu.style, {
    left: pixels(left),
    top: pixels(top),
    bottom: pixels(bottom),
    maxHeight: pixels(maxHeight),
  });
}
