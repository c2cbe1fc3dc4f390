/**
 * The ghost text: a suggestion that is displayed at the caret and is not part of the code.
 *
 * It is a field of the editor's state, computed from transactions. It disappears if the caret moves
 * or the text before it changes. Only a key inserts it into the code.
 */
import {invertedEffects, isolateHistory} from "@codemirror/commands";
import {indentUnit} from "@codemirror/language";
import {StateEffect, StateField, Transaction} from "@codemirror/state";
import type {ChangeDesc, EditorState, Extension, TransactionSpec} from "@codemirror/state";
import {Decoration, EditorView, WidgetType} from "@codemirror/view";
import type {Command} from "@codemirror/view";
import {withMarks} from "./specialchars";

export interface Ghost {
  readonly at: number;
  readonly text: string;
}

/** Displays a suggestion, or removes it with null. */
export const setGhost = StateEffect.define<Ghost | null>();

/** Whether a transaction inserts the text of a suggestion (true) or takes it out again (false). */
const inserted = StateEffect.define<boolean>();

/** Keeps the effect in the undo history, so that redo inserts a suggestion again. */
export const suggestedUndo: Extension = invertedEffects.of(({effects}) =>
  effects.flatMap(each => (each.is(inserted) ? inserted.of(!each.value) : [])),
);

/** Whether all that a transaction changes is the text of a suggestion. */
export function isSuggested({effects}: Transaction): boolean {
  return effects.some(each => each.is(inserted) && each.value);
}

/** Whether a change touches the text before `at`, for which a suggestion was made. */
export function touchesBefore(changes: ChangeDesc, at: number): boolean {
  let touched = false;
  changes.iterChangedRanges(from => {
    if (from <= at) touched = true;
  });
  return touched;
}

/** Whether `at` is the position of the only caret. */
export function caretAt(state: EditorState, at: number): boolean {
  const {ranges, main} = state.selection;
  return ranges.length === 1 && main.empty && main.head === at;
}

/** Returns the rest of a suggestion whose beginning the person has typed; null if it is not so. */
function typedThrough(ghost: Ghost, tr: Transaction): Ghost | null {
  if (!tr.isUserEvent("input.type") || tr.annotation(Transaction.remote)) return null;
  let [typed, others] = ["", 0];
  tr.changes.iterChanges((fromA, toA, _fromB, _toB, inserted) => {
    if (fromA === ghost.at && toA === ghost.at) typed = inserted.toString();
    else others++;
  });
  const at = ghost.at + typed.length;
  const begins = typed && ghost.text.startsWith(typed) && ghost.text.length > typed.length;
  return begins && !others && caretAt(tr.state, at)
    ? {at, text: ghost.text.slice(typed.length)}
    : null;
}

function next(ghost: Ghost | null, tr: Transaction): Ghost | null {
  for (const effect of tr.effects) if (effect.is(setGhost)) return effect.value;
  const rest = ghost && typedThrough(ghost, tr);
  if (rest) return rest;
  if (!ghost || !caretAt(tr.state, ghost.at)) return null;
  return tr.docChanged && touchesBefore(tr.changes, ghost.at) ? null : ghost;
}

class GhostWidget extends WidgetType {
  constructor(readonly text: string) {
    super();
  }

  override eq(other: GhostWidget): boolean {
    return other.text === this.text;
  }

  toDOM(): HTMLElement {
    const span = document.createElement("span");
    span.className = "pairedit-ghost";
    // The live region announces it. Here, screen readers would read it as code.
    span.setAttribute("aria-hidden", "true");
    span.append(...withMarks(this.text));
    return span;
  }

  override get lineBreaks(): number {
    return this.text.split("\n").length - 1;
  }

  override ignoreEvent(): boolean {
    return false;
  }
}

export const ghostField = StateField.define<Ghost | null>({
  create: () => null,
  update: next,
  provide: field =>
    EditorView.decorations.from(field, ghost => {
      if (!ghost) return Decoration.none;
      const widget = new GhostWidget(ghost.text);
      return Decoration.set(Decoration.widget({widget, side: 1}).range(ghost.at));
    }),
});

/** The suggestion that is displayed now. */
export function ghostOf(state: EditorState): Ghost | null {
  return state.field(ghostField, false) ?? null;
}

/** Returns the text up to the end of the next word, with the rest if that is only whitespace. */
export function firstWord(text: string): string {
  const word = /^\s*(?:[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]+)/u.exec(text)?.[0] ?? text;
  return text.slice(word.length).trim() ? word : text;
}

/** Returns the text up to the end of the line, with the line ends before it. */
export function firstLine(text: string): string {
  return /^\n*[^\n]*/.exec(text)?.[0] ?? text;
}

/** Returns the blanks that Tab inserts before a suggestion that is deeper than the caret. */
export function indentation(state: EditorState, {at, text}: Ghost): string {
  const line = state.doc.lineAt(at);
  const blanks = /^[ \t]+(?=\S)/.exec(text)?.[0] ?? "";
  return line.text.trim() ? "" : blanks.slice(0, state.facet(indentUnit).length);
}

/** Returns the transaction that inserts `part` of the suggestion: one step of undo. */
export function acceptance(
  state: EditorState,
  ghost: Ghost,
  part: string,
  userEvent = "input.complete",
): TransactionSpec {
  const insert = state.toText(part);
  const at = ghost.at + insert.length;
  const rest = ghost.text.slice(part.length);
  // Blanks that Tab would have inserted anyway are the person's own.
  const marks = userEvent === "input.complete" ? [inserted.of(true)] : [];
  return {
    changes: {from: ghost.at, insert},
    selection: {anchor: at},
    effects: [setGhost.of(rest ? {at, text: rest} : null), ...marks],
    annotations: isolateHistory.of("full"),
    userEvent,
    scrollIntoView: true,
  };
}

function accepting(part: (text: string) => string): Command {
  return view => {
    const ghost = ghostOf(view.state);
    if (!ghost || view.state.readOnly) return false;
    view.dispatch(acceptance(view.state, ghost, part(ghost.text)));
    return true;
  };
}

/** Inserts the whole suggestion. Returns false if none is visible, for the key's other effect. */
export const acceptGhost = accepting(text => text);

export const acceptGhostWord = accepting(firstWord);

export const acceptGhostLine = accepting(firstLine);

/** As `acceptGhost`; but on a blank line, first indents as far as the suggestion begins. */
export const indentOrAcceptGhost: Command = view => {
  const {state} = view;
  const ghost = ghostOf(state);
  const blanks = ghost && !state.readOnly && indentation(state, ghost);
  if (!ghost || !blanks) return acceptGhost(view);
  view.dispatch(acceptance(state, ghost, blanks, "input.indent"));
  return true;
};

/** Removes the suggestion. Returns false if none is visible. */
export const dismissGhost: Command = view => {
  if (!ghostOf(view.state)) return false;
  view.dispatch({effects: setGhost.of(null)});
  return true;
};
