/**
 * The editor's keys, and what Tab does.
 *
 * WCAG 2.1.2: whoever comes in by keyboard must get out by keyboard. Focus that came by Tab leaves
 * by Tab until the person types or clicks; later Esc and then Tab leaves, and Ctrl-M switches for
 * good. TabKey.hint says so and belongs beside every editor. docs/keys.md lists all keys.
 */
import {defaultKeymap, historyKeymap, indentLess, indentMore} from "@codemirror/commands";
import {indentUnit} from "@codemirror/language";
import {
  closeSearchPanel,
  findNext,
  findPrevious,
  openSearchPanel,
  selectNextOccurrence,
  selectSelectionMatches,
} from "@codemirror/search";
import {EditorSelection, Transaction, countColumn} from "@codemirror/state";
import type {Extension} from "@codemirror/state";
import {EditorView, ViewPlugin, keymap} from "@codemirror/view";
import type {Command, KeyBinding, ViewUpdate} from "@codemirror/view";
import type {KeymapName} from "../ui/preferences";
import {newLine, ownUnit} from "./indentation";
import {undoHistory} from "./undo";

const LEAVES = "Tab leaves the editor. Ctrl-M lets Tab indent.";
const INDENTS = "Tab indents. Esc, then Tab leaves the editor. Ctrl-M lets Tab always leave.";
const INDENTS_IN_VIM =
  "Tab indents in Vim’s insert mode. Esc, then Tab leaves the editor. Ctrl-M lets Tab always leave.";

/** What Tab does, as the person has switched it and as the key map has it. */
export class TabKey {
  keymap: KeymapName = "default";
  private leaves = false;
  private typing = true;

  /** `switched` is called when the person switches it. */
  constructor(private readonly switched: (hint: string) => void) {}

  /** What Tab does, for the line beside the editor. */
  get hint(): string {
    if (this.leaves) return LEAVES;
    return this.keymap === "vim" ? INDENTS_IN_VIM : INDENTS;
  }

  readonly switch: Command = view => {
    this.leaves = !this.leaves;
    this.apply(view);
    this.switched(this.hint);
    return true;
  };

  /** Lets the next Tab leave, if it comes soon. */
  readonly letOut: Command = view => {
    if (!this.leaves) view.setTabFocusMode(LEAVE_MS);
    return true;
  };

  /** Sets whether keys type text, or are commands of the key map. */
  setTyping(view: EditorView, typing: boolean): void {
    this.typing = typing;
    this.apply(view);
  }

  private apply(view: EditorView): void {
    view.setTabFocusMode(this.leaves || !this.typing);
  }
}

/** How long Tab leaves after Esc. CodeMirror's two seconds are too short for slow typing. */
const LEAVE_MS = 8000;

class TabArrival {
  /** Focus came by Tab, and nothing was typed or clicked since. */
  passing = false;
  private byTab = false;

  constructor(private readonly view: EditorView) {
    const page = view.dom.ownerDocument;
    page.addEventListener("keydown", this.onKey, true);
    page.addEventListener("pointerdown", this.onPointer, true);
    view.contentDOM.addEventListener("focus", this.onFocus);
  }

  update(update: ViewUpdate): void {
    const typed = update.transactions.some(
      tr => tr.docChanged && !tr.annotation(Transaction.remote) && tr.isUserEvent("input"),
    );
    if (typed) this.passing = false;
  }

  destroy(): void {
    const page = this.view.dom.ownerDocument;
    page.removeEventListener("keydown", this.onKey, true);
    page.removeEventListener("pointerdown", this.onPointer, true);
    this.view.contentDOM.removeEventListener("focus", this.onFocus);
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    this.byTab = event.key === "Tab" && !event.altKey && !event.ctrlKey && !event.metaKey;
  };

  private readonly onPointer = (event: PointerEvent): void => {
    this.byTab = false;
    if (this.view.dom.contains(event.target as Node)) this.passing = false;
  };

  private readonly onFocus = (): void => {
    this.passing = this.byTab;
  };
}

const tabArrival = ViewPlugin.fromClass(TabArrival);

/** A Tab command that does nothing while Tab leaves the editor. */
function captured(command: Command): Command {
  return view => !view.plugin(tabArrival)?.passing && command(view);
}

/** Indents selected lines; a caret moves to the next tab stop. */
export const indentOrFill: Command = view => {
  const {state} = view;
  if (state.readOnly) return false;
  if (state.selection.ranges.some(range => !range.empty)) return indentMore(view);
  const unit = state.facet(indentUnit);
  view.dispatch(
    state.changeByRange(({head}) => {
      const line = state.doc.lineAt(head);
      const column = countColumn(line.text, state.tabSize, head - line.from);
      const fill = unit === "\t" ? unit : " ".repeat(unit.length - (column % unit.length));
      return {
        changes: {from: head, insert: fill},
        range: EditorSelection.cursor(head + fill.length),
      };
    }),
    {scrollIntoView: true, userEvent: "input.indent"},
  );
  return true;
};

/** Matches Alt, perhaps with Shift or Ctrl, and a single character. */
const TYPES_A_CHARACTER = /Alt-(?:\w+-)?\S$/;

/**
 * Returns the bindings without those of Alt and a character. On macOS such keys type another
 * character; on Windows, Ctrl and Alt do (AltGr).
 */
function withoutTypedKeys(bindings: readonly KeyBinding[]): KeyBinding[] {
  const free = (key = ""): string => (TYPES_A_CHARACTER.test(key) ? "" : key);
  return bindings.map(binding => ({...binding, key: free(binding.key), mac: free(binding.mac)}));
}

export interface KeyOptions {
  /** Whether Ctrl-F (Cmd-F) is left to the page around the editor, which has its own search. */
  readonly hostSearches: boolean;
  /** Announces a sentence to screen readers. */
  readonly announce: (sentence: string) => void;
  readonly tab: TabKey;
  /** Runs the code, or the selection. Returns false where it cannot be run. */
  readonly run: (selection: boolean) => boolean;
}

const SEARCH = "editor search-panel";
const nextMatch = {run: findNext, shift: findPrevious, scope: SEARCH, preventDefault: true};

/** Undo, search and editing keys. */
export function keys({hostSearches, announce, tab, run}: KeyOptions): Extension {
  const letTabOut: Command = view => {
    announce("Tab now leaves the editor.");
    return tab.letOut(view);
  };
  return [
    undoHistory,
    tabArrival,
    ownUnit,
    keymap.of([
      {key: "Tab", run: captured(indentOrFill), shift: captured(indentLess)},
      {key: "Ctrl-m", run: tab.switch},
      ...["Shift-Enter", "Mod-Enter"].map(key => ({key, run: () => run(false)})),
      {key: "Alt-Shift-Enter", run: () => run(true)},
      {key: "Enter", run: newLine, shift: newLine},
      ...(hostSearches ? [] : [{key: "Mod-f", run: openSearchPanel, scope: SEARCH}]),
      ...["F3", "Mod-g"].map(key => ({...nextMatch, key})),
      {key: "Escape", run: closeSearchPanel, scope: SEARCH},
      {key: "Mod-Shift-l", run: selectSelectionMatches},
      {key: "Mod-d", run: selectNextOccurrence, preventDefault: true},
      ...withoutTypedKeys([...historyKeymap, ...defaultKeymap]),
      {key: "Escape", run: letTabOut},
    ]),
  ];
}

/** The keys that no key map of another editor may take. Place it before that key map. */
export function keysBefore(tab: TabKey): Extension {
  const onKey = (event: KeyboardEvent, view: EditorView): boolean => {
    const {key, ctrlKey, altKey, metaKey, shiftKey} = event;
    const others = altKey || metaKey || shiftKey;
    return key.toLowerCase() === "m" && ctrlKey && !others && tab.switch(view);
  };
  return EditorView.domEventHandlers({keydown: onKey});
}
