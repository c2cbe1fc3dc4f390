/** The parts of CodeMirror that history.js uses. They come from editor.js; history.js has no copy. */
import {ChangeSet, Compartment, EditorState, StateEffect, StateField} from "@codemirror/state";
import type {Extension} from "@codemirror/state";
import {Decoration, EditorView, WidgetType, lineNumbers} from "@codemirror/view";
import {smallestChange, toText} from "../client/text";
import {languageExtension} from "../editor/languages";
import {specialChars, withMarks} from "../editor/specialchars";
import {theme} from "../editor/theme";
import type {Algebra} from "./log";

const algebra: Algebra = {readChanges: json => ChangeSet.fromJSON(json), toText};
const parts = {Compartment, Decoration, EditorView, StateEffect, StateField, WidgetType};

/** Adds the extensions of a view that displays code and takes no input. */
export function historyKit(language: () => string, nonce: string) {
  const reading = (): Extension => [
    theme,
    nonce ? EditorView.cspNonce.of(nonce) : [],
    EditorState.readOnly.of(true),
    EditorView.editable.of(false),
    lineNumbers(),
    specialChars,
    languageExtension(language()),
  ];
  return {...algebra, ...parts, smallestChange, withMarks, reading};
}

export type HistoryKit = ReturnType<typeof historyKit>;
