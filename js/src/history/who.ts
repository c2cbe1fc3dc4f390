/** Who made the displayed version. Marks are drawn apart from names, which may have any letters. */
import {h, setText} from "../ui/dom";
import type {RevisionEntry} from "../wire/history";
import {deedLabel, markWords, namesLabel} from "./labels";

export function whoLine() {
  const element = h("span", {class: "pairedit-who"});
  return {
    element,
    /** `more` is a sentence to add. */
    display(entry: RevisionEntry, more = "") {
      const names = h("span");
      setText(names, namesLabel(entry));
      const marks = markWords(entry).flatMap(word => [
        ", ",
        h("span", {class: "pairedit-mark", text: word}),
      ]);
      const deed = deedLabel(entry);
      const separator = marks.length ? ", " : " ";
      const end = `${deed && separator + deed}${more && `. ${more}`}`;
      element.replaceChildren(names, ...marks, end);
    },
  };
}
