/** Saves a text as a file. */
import {h} from "../ui/dom";

/** The browser may read the text after the click, from a disk dialog of any length. */
const KEEP_MS = 60_000;

export function download(name: string, text: string): void {
  // A type of its own keeps browsers from displaying it or adding another ending.
  const url = URL.createObjectURL(new Blob([text], {type: "application/octet-stream"}));
  h("a", {href: url, download: name}).click();
  window.setTimeout(() => URL.revokeObjectURL(url), KEEP_MS);
}
