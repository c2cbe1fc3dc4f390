/** Images and HTML of outputs. The only file that gives a page markup or an address of a program. */
import {h} from "../ui/dom";
import {frameHeight, framedDocument, imageAddress, imageStyle} from "./framed";

interface MarkupPolicy {
  createHTML(markup: string): string;
}
interface PolicyFactory {
  createPolicy(name: string, rules: MarkupPolicy): MarkupPolicy;
}

/** The page of guests takes markup from this policy alone; see `handlers/guest.py`. */
const policy = (window as {trustedTypes?: PolicyFactory}).trustedTypes?.createPolicy(
  "pairedit-frame",
  {createHTML: markup => markup},
);

/** Returns an image; null if it cannot be displayed. Without a width or height, it has its own. */
export function imageElement(
  mime: string,
  data: string,
  text: string,
  size: {readonly width: number; readonly height: number},
): HTMLElement | null {
  const address = imageAddress(mime, data);
  if (address === null) return null;
  const image = h("img", {class: "pairedit-image", alt: text || "Image without a description"});
  image.src = address;
  Object.assign(image.style, imageStyle(size.width, size.height));
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
  const framed = framedDocument(markup, dark, nonce);
  frame.srcdoc = policy ? policy.createHTML(framed) : framed;
  frame.style.colorScheme = dark ? "dark" : "light";
  const box = h("div", {class: "pairedit-frame-box"}, frame);
  box.style.height = `${frameHeight(markup)}px`;
  return box;
}
