/** The person's system, as far as its keyboard goes. */

export const MAC = /Mac|iP(?:hone|ad)/.test(globalThis.navigator?.platform ?? "");

/** The name of a key as that system's keyboards have it: "Mod-Enter" is "Cmd-Enter" on macOS. */
export function keyLabel(key: string, mac = MAC): string {
  return key.replace("Mod", mac ? "Cmd" : "Ctrl").replace("Alt", mac ? "Option" : "Alt");
}
