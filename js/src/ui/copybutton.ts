/** A button that copies a text. */
import {button, h, setText} from "./dom";

const COPIED_MS = 2000;

export interface CopyButton {
  readonly element: HTMLElement;
  destroy(): void;
}

/** Copies a text; where no browser way works, shows it selected, to be copied by hand. */
export function copyButton(
  label: string,
  done: string,
  text: () => string,
  announce: (sentence: string) => void,
): CopyButton {
  let timer: number | null = null;
  // An input would take the line ends out of a text.
  const byHand = h("textarea", {class: "pairedit-byhand", readonly: "", rows: "1"});
  byHand.setAttribute("aria-label", label);
  byHand.hidden = true;
  const press = button(label, () => void copy(), "pairedit-copy");

  async function copy(): Promise<void> {
    if (await copyText(text())) {
      byHand.hidden = true;
      setText(press, "Copied");
      announce(done);
      if (timer !== null) window.clearTimeout(timer);
      timer = window.setTimeout(() => {
        setText(press, label);
        announce("");
      }, COPIED_MS);
      return;
    }
    byHand.value = text();
    byHand.hidden = false;
    byHand.select();
    announce("The browser does not let this page copy; the text is selected, copy it by hand.");
  }

  return {
    element: h("span", {class: "pairedit-copying"}, byHand, press),
    destroy() {
      if (timer !== null) window.clearTimeout(timer);
    },
  };
}

/** Puts a text into the clipboard; false when the browser lets no way do it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // No clipboard without https (JupyterLab on a plain address), or no permission.
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const back = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  area.readOnly = true;
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  area.select();
  let copied = false;
  try {
    copied = document.execCommand("copy");
  } catch {
    // Not allowed: the caller shows the text to be copied by hand.
  }
  area.remove();
  if (back instanceof HTMLElement) back.focus({preventScroll: true});
  return copied;
}
