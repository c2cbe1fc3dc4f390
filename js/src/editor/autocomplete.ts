/**
 * Requests a suggestion after a pause in typing, and displays it as ghost text.
 *
 * An answer belongs to the text before the caret at the time of the request. Any change of that
 * text aborts the request, so that a late answer cannot appear beside another text.
 */
import {syntaxTree} from "@codemirror/language";
import {Prec} from "@codemirror/state";
import type {Extension} from "@codemirror/state";
import type {EditorState} from "@codemirror/state";
import {EditorView, ViewPlugin, keymap} from "@codemirror/view";
import type {Command, ViewUpdate} from "@codemirror/view";
import {clean} from "../client/text";
import type {Suggested} from "../client/types";
import {shortened} from "../ui/names";
import {keyLabel} from "../ui/platform";
import {Alternatives} from "./alternatives";
import {
  acceptGhost,
  acceptGhostLine,
  acceptGhostWord,
  caretAt,
  dismissGhost,
  ghostField,
  ghostOf,
  indentOrAcceptGhost,
  setGhost,
  suggestedUndo,
  touchesBefore,
} from "./ghost";
import type {Ghost} from "./ghost";
import {inOwnUnit} from "./indentation";
import {namesShown} from "./namesstate";

/** The pause before a suggestion is requested, unless the host sets another one. */
export const DELAY_MS = 600;
/** With less code, only the key requests a suggestion. */
const LEAST_CODE = 5;
/** In UTF-16 units. A larger file is not sent at every pause. */
const MOST_CODE = 32_768;

/** With more than this many characters after the caret in its line, only the key does. */
const MOST_BEHIND = 8;

/**
 * Returns what to insert at `cursorPosition` (UTF-16 units), or null without an answer. `variant`: 0
 * for the most likely suggestion, n for the n-th other one.
 */
export type Complete = (
  code: string,
  cursorPosition: number,
  language: string,
  signal: AbortSignal,
  variant: number,
) => Promise<Suggested | null>;

export interface AutocompleteOptions {
  readonly complete: Complete;
  readonly language: () => string;
  readonly delay: () => number;
  /** Whether a pause requests a suggestion. The key always does. */
  readonly on: () => boolean;
  /** Displays why there is no suggestion; empty if there is one, or nothing to say. */
  readonly explain: (reason: string) => void;
  /** Announces a sentence to screen readers. */
  readonly announce: (sentence: string) => void;
}

/**
 * Whether a pause at `at` requests a suggestion: not in a word, not before much of a line, and not in
 * a comment or a string.
 */
export function isWorthAsking(state: EditorState, at: number): boolean {
  const {text, from} = state.doc.lineAt(at);
  const behind = text.slice(at - from).replace(/[)\]}"'`,;:\s]/g, "");
  const inWord = /[\p{L}\p{N}_]$/u.test(text.slice(0, at - from)) && /^[\p{L}\p{N}_]/u.test(behind);
  return !inWord && behind.length <= MOST_BEHIND && !isProse(state, at);
}

/** Whether `at` is in a comment or a string, as far as the grammar is loaded and has read. */
function isProse(state: EditorState, at: number): boolean {
  const node = syntaxTree(state).resolveInner(at, -1);
  if (/comment/i.test(node.name)) return true;
  // The end of a string that is closed is behind it.
  const isEnd = node.to === at && /["'`]/.test(state.sliceDoc(at - 1, at)) && at - node.from > 1;
  return /string/i.test(node.name) && !isEnd;
}

class Asking {
  private timer: number | null = null;
  private question: {at: number; abort: AbortController} | null = null;
  private readonly alternatives = new Alternatives();

  constructor(
    private readonly view: EditorView,
    private readonly settings: AutocompleteOptions,
  ) {}

  update(update: ViewUpdate): void {
    this.dropStale(update);
    if (update.state.facet(namesShown)) return this.stop();
    for (const tr of update.transactions) {
      if (tr.isUserEvent("input.complete")) this.wait(null);
      else if (tr.isUserEvent("input")) this.wait(this.pause);
      // Who deletes something does not want it back.
      else if (tr.selection || tr.isUserEvent("delete")) this.wait(null);
    }
    const before = ghostOf(update.startState);
    const now = ghostOf(update.state);
    // While the person types what is suggested, nothing new is requested or announced.
    if (now) this.wait(null);
    if (now === before) return;
    this.alternatives.displayed(now);
    const isNew = update.transactions.some(tr => tr.effects.some(effect => effect.is(setGhost)));
    if (now && isNew) this.settings.announce(spoken(now.text, this.alternatives));
    else if (!now) {
      this.settings.announce("");
      this.settings.explain("");
    }
  }

  destroy(): void {
    this.stop();
  }

  /** Ends the open request and the pause before the next one. */
  stop(): void {
    this.wait(null);
    this.drop();
  }

  /**
   * Requests a suggestion at once, unless the menu of names is displayed. `byKey`: why there is none
   * is announced as well.
   */
  async ask(byKey: boolean): Promise<void> {
    const found = await this.request(0);
    if (!found) return;
    const {ghost, detail} = found;
    this.explain(ghost.text ? "" : detail, byKey);
    if (ghost.text && this.quiet) this.view.dispatch({effects: setGhost.of(ghost)});
  }

  /** Displays another suggestion; returns false if there is none. The last one may be requested. */
  choose(by: 1 | -1): boolean {
    if (!ghostOf(this.view.state) || this.view.state.readOnly) return false;
    const {alternatives} = this;
    if (by === 1 && alternatives.atEnd && !alternatives.areAll) void this.askAnother();
    else if (alternatives.count > 1) this.display(by);
    return true;
  }

  private async askAnother(): Promise<void> {
    const {alternatives} = this;
    const found = await this.request(alternatives.count);
    if (!found || !ghostOf(this.view.state)) return;
    const {ghost, detail} = found;
    if (alternatives.add(ghost.text)) return this.display(1);
    this.explain(ghost.text ? "There is no other suggestion." : detail, true);
    if (alternatives.count > 1) this.display(1);
  }

  private display(by: 1 | -1): void {
    this.explain("", false);
    this.view.dispatch({effects: setGhost.of(this.alternatives.move(by))});
  }

  private explain(reason: string, aloud: boolean): void {
    this.settings.explain(reason);
    if (reason && aloud) this.settings.announce(reason);
  }

  /** Returns the answer for the caret; null if there is none, or it came too late. */
  private async request(variant: number): Promise<{ghost: Ghost; detail: string} | null> {
    this.stop();
    const {state} = this.view;
    const at = state.selection.main.head;
    if (!caretAt(state, at) || state.readOnly || state.facet(namesShown)) return null;
    const question = {at, abort: new AbortController()};
    this.question = question;
    const {complete, language} = this.settings;
    let found: Suggested | null = null;
    try {
      const {signal} = question.abort;
      found = await complete(state.doc.toString(), at, language(), signal, variant);
    } catch {
      // Offline, refused or aborted. The next pause sends another request.
    }
    if (this.question !== question) return null;
    this.question = null;
    const ghost = {at, text: inOwnUnit(state, at, clean(found?.text ?? ""))};
    return {ghost, detail: found?.detail ?? ""};
  }

  /** Whether the code (not the search panel) has the focus, and can be changed now. */
  private get quiet(): boolean {
    const {view} = this;
    return view.hasFocus && !view.composing && !view.compositionStarted && !view.state.readOnly;
  }

  private readonly pause = (): void => {
    this.timer = null;
    const {state} = this.view;
    const {length} = state.doc;
    const fits = length >= LEAST_CODE && length <= MOST_CODE;
    const worth = fits && isWorthAsking(state, state.selection.main.head);
    if (worth && this.settings.on() && this.quiet) void this.ask(false);
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

function spoken(text: string, alternatives: Alternatives): string {
  const words = text.trim() || "blanks";
  const short = words.length > 200 ? `${shortened(words, 200)}…` : words;
  const which = alternatives.count > 1 ? ` ${alternatives.position}` : "";
  return `Suggestion${which}: ${short}. Tab accepts, or ${keyLabel("Alt-End")}.`;
}

/** Ghost text and its keys. Esc and Tab fall through when no suggestion is visible. */
export function autocomplete(settings: AutocompleteOptions): Extension {
  const asking = ViewPlugin.define(view => new Asking(view, settings));
  const askNow: Command = view => {
    const plugin = view.plugin(asking);
    if (!plugin || view.state.readOnly) return false;
    void plugin.ask(true);
    return true;
  };
  const choose =
    (by: 1 | -1): Command =>
    view =>
      view.plugin(asking)?.choose(by) ?? false;
  const stop: Command = view => {
    view.plugin(asking)?.stop();
    return dismissGhost(view);
  };
  return [
    ghostField,
    suggestedUndo,
    asking,
    // Without the focus, it would look like code.
    EditorView.domEventHandlers({blur: (_event, view) => void dismissGhost(view)}),
    Prec.highest(
      keymap.of([
        {key: "Tab", run: indentOrAcceptGhost},
        {key: "Alt-End", run: acceptGhost},
        {key: "Mod-ArrowRight", run: acceptGhostWord},
        {key: "Alt-ArrowRight", run: acceptGhostWord},
        {key: "Mod-ArrowDown", run: acceptGhostLine},
        {key: "Alt-PageDown", run: choose(1)},
        {key: "Alt-PageUp", run: choose(-1)},
        {key: "Mod-Shift-Enter", run: askNow, preventDefault: true},
        {key: "Escape", run: stop},
      ]),
    ),
  ];
}
