/** Applies a person's preferences to a view. */
import {Compartment, EditorState} from "@codemirror/state";
import type {Extension} from "@codemirror/state";
import {EditorView} from "@codemirror/view";
import {DEFAULTS} from "../ui/preferences";
import type {KeymapName, Preferences} from "../ui/preferences";
import {keysBefore} from "./keymap";
import type {TabKey} from "./keymap";
import {loadKeymap} from "./keymaps/keymaps";

const NAMES: Readonly<Record<KeymapName, string>> = {
  default: "default",
  vim: "Vim",
  emacs: "Emacs",
};

export interface ViewSettingsOptions {
  readonly tab: TabKey;
  readonly onSave: () => void;
  /** Called when the key map has changed or could not be loaded, with a sentence that says so. */
  readonly onKeymap: (said: string) => void;
}

export class ViewSettings {
  private readonly wrap = new Compartment();
  private readonly tabSize = new Compartment();
  private readonly keymap = new Compartment();
  private shown = DEFAULTS;
  /** The key map that was asked for last. */
  private wanted: KeymapName = "default";

  constructor(private readonly options: ViewSettingsOptions) {}

  /** Must be before all other keys. */
  get extension(): Extension {
    return [this.keymap.of([]), this.wrap.of([]), this.tabSize.of([])];
  }

  apply(view: EditorView, now: Preferences): void {
    const {shown} = this;
    const effects = [];
    if (now.wrap !== shown.wrap) {
      effects.push(this.wrap.reconfigure(now.wrap ? EditorView.lineWrapping : []));
    }
    if (now.tabSize !== shown.tabSize) {
      effects.push(this.tabSize.reconfigure(EditorState.tabSize.of(now.tabSize)));
    }
    if (now.fontSize !== shown.fontSize) {
      const {style} = view.dom;
      if (now.fontSize === null) style.removeProperty("--pe-code-size");
      else style.setProperty("--pe-code-size", `${now.fontSize}px`);
      view.requestMeasure();
    }
    this.shown = now;
    if (effects.length) view.dispatch({effects});
    if (now.keymap !== this.wanted) void this.useKeymap(view, now.keymap);
  }

  private async useKeymap(view: EditorView, name: KeymapName): Promise<void> {
    this.wanted = name;
    const {tab, onSave, onKeymap} = this.options;
    try {
      const host = {onSave, onTyping: tab.setTyping.bind(tab)};
      const extension = await loadKeymap(name, host);
      if (this.wanted !== name) return;
      tab.keymap = name;
      const all = name === "default" ? [] : [keysBefore(tab), extension];
      view.dispatch({effects: this.keymap.reconfigure(all)});
      onKeymap(`Key map: ${NAMES[name]}.`);
    } catch {
      if (this.wanted !== name) return;
      // The next change of the preferences tries again.
      this.wanted = tab.keymap;
      onKeymap(`Key map: ${NAMES[name]} could not be loaded from the Jupyter server.`);
    }
  }
}
