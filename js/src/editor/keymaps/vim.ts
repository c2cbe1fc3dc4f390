/** Vim's keys. vim.js has them; see ../shared.ts. */
import {ViewPlugin} from "@codemirror/view";
import type {EditorView} from "@codemirror/view";
import {Vim, getCM, vim} from "@replit/codemirror-vim";
import type {KeymapHost} from "./keymaps";

const hosts = new WeakMap<EditorView, KeymapHost>();

Vim.defineEx("write", "w", (cm: {readonly cm6?: EditorView}) => {
  if (cm.cm6) hosts.get(cm.cm6)?.onSave();
});

/** Modes in which Tab indents. In the other ones a key is a command, and Tab leaves the editor. */
const TYPING = ["insert", "replace"];

export function keymapExtension(host: KeymapHost) {
  const modes = ViewPlugin.define(view => {
    const cm = getCM(view);
    const change = ({mode}: {readonly mode: string}): void => {
      host.onTyping(view, TYPING.includes(mode));
    };
    hosts.set(view, host);
    cm?.on("vim-mode-change", change);
    host.onTyping(view, false);
    return {
      destroy() {
        cm?.off("vim-mode-change", change);
        host.onTyping(view, true);
      },
    };
  });
  return [vim({status: true}), modes];
}
