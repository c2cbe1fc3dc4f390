/** The menu “Code”. It is in code.js, which is loaded when the menu is opened. */
import type {MenuItem} from "../menu/items";
import {openMenu} from "../menu/menu";
import type {MenuAnchor, OpenMenu} from "../menu/menubutton";
import {copyText} from "../ui/copybutton";
import type {CodeMenuContext} from "./context";
import {download} from "./download";
import {fileName} from "./filename";
import {keysDialog} from "./keysdialog";
import {NameForm} from "./nameform";
import {FileOpener} from "./openfile";
import {settingItems} from "./settingitems";

export {VERSION} from "../wire/protocol.gen";

const BLOCKED = "The browser blocked copying. All code is selected: copy it with the keyboard.";

export interface CodeMenu {
  open(anchor: MenuAnchor): OpenMenu;
  openName(): void;
  destroy(): void;
}

export function codeMenu(context: CodeMenuContext): CodeMenu {
  const opener = new FileOpener(context);
  const keys = keysDialog(context.notices, () => context.settings.now().keymap);
  const name = new NameForm(context);
  context.notices.append(name.element);
  const nameItem = {kind: "action", label: "Your name…", run: () => name.open()} as const;
  const items = (): MenuItem[] => {
    const disabled = whyReadOnly(context);
    return [
      {kind: "action", label: "Copy all", run: () => void copyAll(context)},
      {kind: "action", label: "Download", run: () => save(context)},
      {
        kind: "action",
        label: "Open a file…",
        ...(disabled && {disabled}),
        run: () => opener.choose(),
      },
      {kind: "line"},
      ...settingItems(context),
      ...(context.room.state.mayName ? [nameItem] : []),
      {kind: "line"},
      {kind: "action", label: "Keys", key: "?", run: () => keys.open()},
    ];
  };
  return {
    openName: () => name.open(),
    open: anchor => openMenu({...anchor, items}),
    destroy() {
      opener.destroy();
      name.element.remove();
      keys.destroy();
    },
  };
}

/** Why the code cannot be changed; empty if it can. */
function whyReadOnly({room, mayWrite}: CodeMenuContext): string {
  if (room.state.role === "view") return "you may only view";
  return mayWrite() ? "" : "not now";
}

async function copyAll({room, announce, selectAll}: CodeMenuContext): Promise<void> {
  if (await copyText(room.doc.toString())) return announce("Code copied.");
  selectAll();
  announce(BLOCKED);
}

function save({room, announce}: CodeMenuContext): void {
  const name = fileName(room.state.title, room.state.language);
  download(name, room.doc.toString());
  announce(`Downloaded as ${name}.`);
}
