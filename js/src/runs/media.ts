/** Images and HTML of outputs. The only file that gives a page markup or an address of a program. */
import {h} from "../ui/dom";
import {frameHeight, framedDocument, imageAddress} from "./framed";

/** Returns an image; null if it cannot be displayed. */
export function imageElement(mime: string, data: string, text: string): HTMLElement | null {
  const address = imageAddress(mime, data);
  if (address === null) return null;
  const image = h("img", {class: "pairedit-image", alt: text || "Image without a description"});
  image.src = address;
  return image;
}

/** Returns a frame that runs no script, loads nothing, and has no access to this page. */
export function markupFrame(markup: string, dark: boolean, nonce: string): HTMLElement {
  const frame = h("iframe", {
    class: "pairedit-frame",
    sandbox: "",
    referrerpolicy: "no-referrer",
    title: "HTML output",
  });
  frame.srcdoc = framedDocument(markup, dark, nonce);
  frame.style.colorScheme = dark ? "dark" : "light";
  const box = h("div", {class: "pairedit-frame-box"}, frame);
  box.style.height = `${frameHeight(markup)}px`;
  return box;
}
