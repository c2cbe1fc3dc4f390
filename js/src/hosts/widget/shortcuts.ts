/** The keys of a widget that JupyterLab receives. All others reach only the editor. */
import {MAC} from "../../ui/platform";

/**
 * The keys that JupyterLab gets from anywhere in a widget, written as in its settings: "Accel" is
 * Cmd on macOS and Ctrl elsewhere. It carries out those that it binds.
 */
export const HOST_KEYS: readonly string[] = [
  "Accel S", // save the notebook
  "Accel Shift S", // save it under another name
  "Accel Shift C", // the command palette
  "Ctrl Shift ]", // the next tab
  "Ctrl Shift [", // the previous tab
  "Ctrl Shift .", // the next group of tabs
  "Ctrl Shift ,", // the previous group of tabs
  "Accel Shift '", // the tab used before
  "Accel F", // the host's search
  "Accel H", // the host's search with a field to replace
];

/** The keys that it gets from buttons, where nothing is typed: interrupt and restart the kernel. */
export const HOST_KEYS_OF_BUTTONS: readonly string[] = ["I", "0"];

const SIGNS: Readonly<Record<number, string>> = {188: ",", 190: ".", 219: "[", 221: "]", 222: "'"};

type Key = Pick<KeyboardEvent, "keyCode" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

/** A key as JupyterLab reads it, by its key code, whatever the layout is: "Ctrl Shift ]". */
function keystroke({keyCode, ctrlKey, metaKey, altKey, shiftKey}: Key): string {
  // Of the other codes, only those of letters and digits are characters: 39 is an arrow.
  const key = SIGNS[keyCode] ?? (keyCode >= 48 ? String.fromCharCode(keyCode) : "");
  const names = [ctrlKey && "Ctrl", metaKey && "Cmd", altKey && "Alt", shiftKey && "Shift", key];
  return names.filter(Boolean).join(" ");
}

/** Whether JupyterLab gets a key that was pressed with the focus in `target`. */
export function isHostKey(key: Key, target: Pick<Element, "tagName">, mac = MAC): boolean {
  const stroke = keystroke(key);
  const accel = mac ? "Cmd" : "Ctrl";
  return (
    HOST_KEYS.some(each => each.replace("Accel", accel) === stroke) ||
    (target.tagName === "BUTTON" && HOST_KEYS_OF_BUTTONS.includes(stroke))
  );
}

const SUPPRESS = "data-lm-suppress-shortcuts";

/**
 * Stops keys pressed in `root` from reaching the page around it, except those of the lists. Returns
 * the function that ends it.
 *
 * JupyterLab listens on the document, some of its applications before `root` and some after it, and
 * ignores events inside an element with that attribute.
 */
export function keepKeys(root: HTMLElement): () => void {
  let passes = false;
  const suppress = (): void => root.setAttribute(SUPPRESS, "true");
  const before = (event: KeyboardEvent): void => {
    const target = event.target as Element;
    passes = root.contains(target) && isHostKey(event, target);
    if (passes) root.removeAttribute(SUPPRESS);
    else suppress();
  };
  const after = (event: KeyboardEvent): void => {
    if (!passes) event.stopPropagation();
    if (event.type === "keyup") suppress();
  };
  suppress();
  window.addEventListener("keydown", before, true);
  for (const type of ["keydown", "keypress", "keyup"] as const) root.addEventListener(type, after);
  return () => window.removeEventListener("keydown", before, true);
}
