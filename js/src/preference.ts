/** One switch that a person sets for themselves and that this browser remembers. */
const KEY = "pairedit:autocomplete";

/** Whether suggestions are wanted; null when the person never said. */
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
