/** The list of keys, in a dialog. The browser returns the focus when it closes. */
import {button, h} from "../ui/dom";
import {MAC} from "../ui/platform";
import type {KeymapName} from "../ui/preferences";
import {KEY_ROWS} from "./keylist";

const REPLACED: Readonly<Record<KeymapName, string>> = {
  default: "",
  vim: "Vim’s keys are on and come first. “:w” needs no answer: the code is saved as you type.",
  emacs: "Emacs’ keys are on and come first.",
};

export function keysDialog(place: HTMLElement, keymap: () => KeymapName) {
  const note = h("p");
  const head = h("h2", {text: "Keys"});
  const close = button("Close", () => dialog.close());
  const rows = KEY_ROWS.map(([key, onMac, meaning]) =>
    h(
      "tr",
      {},
      h("th", {scope: "row"}, h("kbd", {text: MAC ? onMac : key})),
      h("td", {text: meaning}),
    ),
  );
  const dialog = h(
    "dialog",
    {class: "pairedit-keys", "aria-label": "Keys"},
    h("div", {class: "pairedit-keys-head"}, head, close),
    note,
    h("table", {}, h("tbody", {}, ...rows)),
  );
  // The page around the editor has its own meaning for Esc and other keys.
  dialog.addEventListener("keydown", event => event.stopPropagation());
  dialog.addEventListener("click", event => {
    if (event.target === dialog) dialog.close();
  });
  place.append(dialog);
  return {
    open() {
      note.textContent = REPLACED[keymap()];
      note.hidden = !note.textContent;
      dialog.showModal();
    },
    destroy: () => dialog.remove(),
  };
}
