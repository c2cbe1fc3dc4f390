/** What a person can switch in the bar: suggestions. */
import {button, h} from "./dom";

export interface ToolbarOptions {
  readonly autocomplete: boolean;
  readonly onAutocomplete: (on: boolean) => void;
  /** Says a sentence to screen readers. */
  readonly announce: (sentence: string) => void;
}

export interface Toolbar {
  readonly element: HTMLElement;
  setAutocomplete(on: boolean): void;
}

export function toolbar(options: ToolbarOptions): Toolbar {
  const {announce, onAutocomplete} = options;
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

  setAutocomplete(on);
  return {element: h("div", {class: "pairedit-tools"}, suggest), setAutocomplete};
}
