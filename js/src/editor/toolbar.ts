/** The tools in the bar: the switch for suggestions. */
import {button, h} from "../ui/dom";
import {keyLabel} from "../ui/platform";

export interface ToolbarOptions {
  readonly autocomplete: boolean;
  readonly onAutocomplete: (on: boolean) => void;
  /** Announces a sentence to screen readers. */
  readonly announce: (sentence: string) => void;
}

export function toolbar(options: ToolbarOptions) {
  const {announce, onAutocomplete} = options;
  let on = options.autocomplete;
  const suggest = button(
    "Suggestions",
    () => {
      setAutocomplete(!on);
      onAutocomplete(on);
      announce(on ? "Suggestions on." : "Suggestions off.");
    },
    "pairedit-switch",
  );
  const title = `A pause while typing brings a suggestion; ${keyLabel("Mod-Shift-Enter")} asks for one at once`;

  function setAutocomplete(now: boolean): void {
    on = now;
    suggest.setAttribute("aria-pressed", String(now));
  }

  /** Sets whether the room has suggestions. */
  function setAllowed(allowed: boolean): void {
    suggest.disabled = !allowed;
    suggest.title = allowed ? title : "Suggestions are off in this room";
  }

  setAutocomplete(on);
  setAllowed(true);
  return {
    element: h("div", {class: "pairedit-tools"}, suggest),
    setAutocomplete,
    setAllowed,
    /** Sets whether the room offers suggestions. */
    setOffered: (offered: boolean) => (suggest.hidden = !offered),
  };
}

const KEY = "pairedit:autocomplete";

/** Returns the person's choice, which this browser stores; null without one. */
export function rememberedAutocomplete(): boolean | null {
  try {
    const value = localStorage.getItem(KEY);
    return value === null ? null : value === "on";
  } catch {
    // No storage (private window, blocked): the choice is valid for this editor only.
    return null;
  }
}

export function rememberAutocomplete(on: boolean): void {
  try {
    localStorage.setItem(KEY, on ? "on" : "off");
  } catch {
    // As above.
  }
}
