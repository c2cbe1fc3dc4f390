/** What a person can switch and take from the bar: suggestions, and the room's link. */
import {copyText} from "./copy";
import {button, h, setText} from "./dom";

const COPIED_MS = 2000;

export interface ToolbarOptions {
  readonly shareUrl: string;
  readonly autocomplete: boolean;
  readonly onAutocomplete: (on: boolean) => void;
  /** Says a sentence to screen readers. */
  readonly announce: (sentence: string) => void;
}

export interface Toolbar {
  readonly element: HTMLElement;
  setAutocomplete(on: boolean): void;
  destroy(): void;
}

export function toolbar(options: ToolbarOptions): Toolbar {
  const {shareUrl, announce, onAutocomplete} = options;
  let on = options.autocomplete;
  const suggest = button("Suggestions", () => {
    setAutocomplete(!on);
    onAutocomplete(on);
    announce(on ? "Suggestions on." : "Suggestions off.");
  }, "pairedit-switch");
  suggest.title = "A pause while typing brings a suggestion; Alt-\\ asks for one at once";

  function setAutocomplete(now: boolean): void {
    on = now;
    suggest.setAttribute("aria-pressed", String(now));
  }

  const copy = copyButton("Copy link", "Link copied.", () => shareUrl, announce);
  setAutocomplete(on);
  const element = h("div", {class: "pairedit-tools"}, suggest, copy.element);
  return {element, setAutocomplete, destroy: copy.destroy};
}

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
  const byHand = h("input", {class: "pairedit-byhand", readonly: "", "aria-label": label});
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
