/**
 * Requests a suggestion after a pause in typing, and displays it as ghost text.
 *
 * An answer belongs to the text before the caret at the time of the request. Any change of that
 * text aborts the request, so that a late answer cannot appear beside another text.
 */
import {Prec} from "@codemirror/state";
import type {Extension} from "@codemirror/state";
import {EditorView, ViewPlugin, keymap} from "@codemirror/view";
import type {Command, ViewUpdate} from "@codemirror/view";
import {clean} from "../client/text";
import {shortened} from "../ui/names";
import {keyLabel} from "../ui/platform";
import {
  acceptGhost,
  acceptGhostWord,
  caretAt,
  dismissGhost,
  ghostField,
  ghostOf,
  keepGhost,
  setGhost,
  suggestedUndo,
  touchesBefore,
} from "./ghost";
import {inOwnUnit} from "./indentation";

/** The pause before a suggestion is requested, unless the host sets another one. */
export const DELAY_MS = 600;
/** With less code, only the key requests a suggestion. */
const LEAST_CODE = 5;
/** In UTF-16 units. A larger file is not sent at every pause. */
const MOST_CODE = 32_768;

/** Returns the text to insert at `cursorPosition` (UTF-16 units), or null for none. */
export type Complete = (
  code: string,
  cursorPosition: number,
  language: string,
  signal: AbortSignal,
) => Promise<string | null>;

export interface AutocompleteOptions {
  readonly complete: Complete;
  readonly language: () => string;
  readonly delay: () => number;
  /** Whether a pause requests a suggestion. The key always does. */
  readonly on: () => boolean;
  /** Announces a sentence to screen readers. */
  readonly announce: (sentence: string) => void;
}

class Asking {
  private timer: number | null = null;
  private question: {at: number; abort: AbortController} | null = null;

  constructor(
    private readonly view: EditorView,
    private readonly settings: AutocompleteOptions,
  ) {}

  update(update: ViewUpdate): void {
    this.dropStale(update);
    for (const tr of update.transactions) {
      if (tr.isUserEvent("input.complete")) this.wait(null);
      else if (tr.isUserEvent("input") || tr.isUserEvent("delete")) this.wait(this.pause);
      else if (tr.selection) this.wait(null);
    }
    const before = ghostOf(update.startState);
    const now = ghostOf(update.state);
    if (now === before) return;
    if (now) this.settings.announce(spoken(now.text));
    else if (before) this.settings.announce("");
  }

  destroy(): void {
    this.wait(null);
    this.drop();
  }

  /** Requests a suggestion at once. Errors are not reported. */
  async ask(): Promise<void> {
    this.wait(null);
    this.drop();
    const {state} = this.view;
    const at = state.selection.main.head;
    if (!caretAt(state, at) || state.readOnly) return;
    const question = {at, abort: new AbortController()};
    this.question = question;
    const {complete, language} = this.settings;
    let text = "";
    try {
      const code = state.doc.toString();
      text = (await complete(code, at, language(), question.abort.signal)) ?? "";
    } catch {
      // Offline, refused or aborted. The next pause sends another request.
    }
    if (this.question !== question) return;
    this.question = null;
    const ghost = {at, text: inOwnUnit(state, at, clean(text))};
    if (ghost.text && this.quiet) this.view.dispatch({effects: setGhost.of(ghost)});
  }

  /** Whether the code (not the search panel) has the focus, and can be changed now. */
  private get quiet(): boolean {
    const {view} = this;
    return view.hasFocus && !view.composing && !view.compositionStarted && !view.state.readOnly;
  }

  private readonly pause = (): void => {
    this.timer = null;
    const {length} = this.view.state.doc;
    const fits = length >= LEAST_CODE && length <= MOST_CODE;
    if (fits && this.settings.on() && this.quiet) void this.ask();
  };

  private wait(then: (() => void) | null): void {
    if (this.timer !== null) window.clearTimeout(this.timer);
    this.timer = then && window.setTimeout(then, this.settings.delay());
  }

  private dropStale({state, changes, docChanged, selectionSet}: ViewUpdate): void {
    const at = this.question?.at;
    if (at === undefined || !(docChanged || selectionSet)) return;
    if (!caretAt(state, at) || touchesBefore(changes, at)) this.drop();
  }

  private drop(): void {
    this.question?.abort.abort();
    this.question = null;
  }
}

function spoken(text: string): string {
  const words = text.trim() || "blanks";
  const short = words.length > 200 ? `${shortened(words, 200)}…` : words;
  return `Suggestion: ${short}. Tab accepts, or ${keyLabel("Alt-End")}.`;
}

/** Ghost text and its keys. Esc and Tab fall through when no suggestion is visible. */
export function autocomplete(settings: AutocompleteOptions): Extension {
  const asking = ViewPlugin.define(view => new Asking(view, settings));
  const askNow: Command = view => {
    const plugin = view.plugin(asking);
    if (!plugin || view.state.readOnly) return false;
    void plugin.ask();
    return true;
  };
  return [
    ghostField,
    suggestedUndo,
    asking,
    // Without the focus, it would look like code.
    EditorView.domEventHandlers({blur: (_event, view) => void dismissGhost(view)}),
    Prec.highest(
      keymap.of([
        {key: "Tab", run: acceptGhost},
        {key: "Alt-End", run: acceptGhost},
        {key: "Mod-ArrowRight", run: acceptGhostWord},
        {key: "Alt-ArrowRight", run: acceptGhostWord},
        {key: "Alt-PageDown", run: keepGhost},
        {key: "Alt-PageUp", run: keepGhost},
        {key: "Mod-Shift-Enter", run: askNow, preventDefault: true},
        {key: "Escape", run: dismissGhost},
      ]),
    ),
  ];
}
