/** The kernels that are in the room by a pass, with a button that ends it. */
import {isolated} from "../ui/names";
import {button, h, setText} from "../ui/dom";
import {Rows} from "../ui/rows";
import {once} from "../ui/timing";
import type {ListedPass} from "../wire/passes";

/** `stop` returns whether it succeeded. */
export function kernelList(stop: (passId: string) => Promise<boolean>) {
  const list = h("ul", {class: "pairedit-here", role: "list"});
  const rows = new Rows<ListedPass>(
    list,
    each => each.passId,
    each => {
      const end = button("Stop", () => void once(end, () => stop(each.passId)), "pairedit-remove");
      end.setAttribute("aria-label", `Stop the kernel of ${each.name}`);
      const words = h("span", {class: "pairedit-here-words", dir: "auto"});
      return {
        element: h("li", {"data-pass": each.passId}, words, end),
        update: now => setText(words, kernelName(now)),
      };
    },
  );
  const head = h("h3", {text: "Kernels", tabindex: "-1"});
  const element = h("div", {class: "pairedit-share-people"}, head, list);
  element.hidden = true;
  return {
    element,
    update(passes: readonly ListedPass[]) {
      if (rows.update(passes)) head.focus();
      element.hidden = passes.length === 0;
    },
  };
}

/** Whose kernel it is, since when, and whether it is connected. */
export function kernelName({name, madeAt, connected}: ListedPass): string {
  const since = new Date(madeAt * 1000).toLocaleTimeString([], {timeStyle: "short"});
  return `Kernel of ${isolated(name)}, since ${since}${connected ? "" : ", not connected"}`;
}
