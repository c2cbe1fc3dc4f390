/** The button “Code” of the bar. Its menu is in code.js. */
import {isolateHistory} from "@codemirror/commands";
import type {EditorView} from "@codemirror/view";
import {smallestChange, toText} from "../client/text";
import type {CodeMenu} from "../codemenu/codemenu";
import type {CodeMenuContext} from "../codemenu/context";
import {MenuButton} from "../menu/menubutton";
import {h} from "../ui/dom";

type Module = typeof import("../codemenu/codemenu");

type FromView = "notices" | "focus" | "selectAll" | "replaceCode";

export interface CodeButtonOptions extends Omit<CodeMenuContext, FromView> {
  readonly view: () => EditorView;
}

export function codeButton({view, ...options}: CodeButtonOptions) {
  const notices = h("div");
  const context = {...options, ...ofView(view), notices};
  let menu: CodeMenu | null = null;
  const menuOf = ({codeMenu}: Module): CodeMenu => (menu ??= codeMenu(context));
  const button = new MenuButton<Module>({
    label: "Code",
    title: "Copy, download, open a file, and how the code is displayed",
    className: "pairedit-code-button",
    file: "code.js",
    announce: options.announce,
    open: (module, anchor) => menuOf(module).open(anchor),
  });
  notices.append(button.notice.element);
  return {
    element: button.element,
    notices,
    update: () => button.update(),
    /** Opens the field for the person's name. */
    async openName(): Promise<void> {
      try {
        menuOf(await button.load()).openName();
      } catch (error) {
        button.notice.displayError(error);
      }
    },
    destroy() {
      button.destroy();
      menu?.destroy();
    },
  };
}

function ofView(view: () => EditorView): Pick<CodeMenuContext, Exclude<FromView, "notices">> {
  const focus = (): void => view().focus();
  return {
    focus,
    selectAll() {
      view().dispatch({selection: {anchor: 0, head: view().state.doc.length}});
      focus();
    },
    replaceCode(code) {
      view().dispatch({
        changes: smallestChange(view().state.doc, toText(code)),
        selection: {anchor: 0},
        annotations: isolateHistory.of("full"),
        userEvent: "input.file",
        scrollIntoView: true,
      });
    },
  };
}
