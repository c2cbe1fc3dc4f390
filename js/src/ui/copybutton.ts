/** A button that copies a text. */
import {CODE_ATTRIBUTES, button, h, setText} from "./dom";

const COPIED_MS = 2000;
const BLOCKED = "The browser blocked copying. The text is selected: copy it with the keyboard.";

/** Copies `text()` and announces `done`. If the browser blocks it, displays the text, selected. */
export function copyButton(
  label: string,
  done: string,
  text: () => string,
  announce: (sentence: string) => void,
) {
  let timer: number | undefined;
  // An input would drop the line breaks.
  const manual = h("textarea", {
    ...CODE_ATTRIBUTES,
    class: "pairedit-byhand",
    readonly: "",
    rows: "1",
    "aria-label": label,
  });
  manual.hidden = true;
  const press = button(label, () => void copy(), "pairedit-copy");

  async function copy(): Promise<void> {
    manual.hidden = await copyText(text());
    if (!manual.hidden) {
      manual.value = text();
      manual.select();
      return announce(BLOCKED);
    }
    setText(press, "Copied");
    announce(done);
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      setText(press, label);
      announce("");
    }, COPIED_MS);
  }

  return {
    element: h("span", {class: "pairedit-copying"}, manual, press),
    destroy: () => window.clearTimeout(timer),
  };
}

/** Puts `text` into the clipboard. Returns false if the browser blocks every way to do so. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // There is no clipboard without https (JupyterLab over plain http) or without permission.
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const focused = document.activeElement;
  const area = h("textarea", {...CODE_ATTRIBUTES, readonly: ""});
  area.value = text;
  Object.assign(area.style, {position: "fixed", opacity: "0"});
  document.body.append(area);
  area.select();
  let copied = false;
  try {
    copied = document.execCommand("copy");
  } catch {
    // Blocked as well.
  }
  area.remove();
  if (focused instanceof HTMLElement) focused.focus({preventScroll: true});
  return copied;
}
