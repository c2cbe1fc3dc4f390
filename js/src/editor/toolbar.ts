/** What a person can switch in the bar: suggestions. */
import {button, h} from "../ui/dom";
import {keyLabel} from "../ui/platform";

export interface ToolbarOptions {
  readonly autocomplete: boolean;
  readonly onAutocomplete: (on: boolean) => void;
  /** Says a sentence to screen readers. */
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

/** Whether suggestions are wanted, as this browser remembers it; null when the person never said. */
export function rememberedAutocomplete(): boolean | null {
  try {
    const value = localStorage.getItem(KEY);
    return value === null ? null : value === "on";
  } catch {
    // No storage here (private window, blocked): the switch then holds for this editor only.
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
