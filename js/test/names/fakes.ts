import {CompletionContext} from "@codemirror/autocomplete";
import {localCompletionSource, pythonLanguage} from "@codemirror/lang-python";
import {ensureSyntaxTree} from "@codemirror/language";
import {EditorState} from "@codemirror/state";
import type {Extension} from "@codemirror/state";
import type {FoundNames, NamesKernel} from "../../src/names/kernel";

export const PYTHON: Extension = [
  pythonLanguage,
  pythonLanguage.data.of({autocomplete: localCompletionSource}),
];

/** A request for the names at "|". */
export function at(code: string, extensions: Extension = PYTHON): CompletionContext {
  const pos = code.indexOf("|");
  const doc = code.replace("|", "");
  const state = EditorState.create({doc, selection: {anchor: pos}, extensions});
  ensureSyntaxTree(state, doc.length, 5000);
  // The state has what was parsed in time; the next one has all.
  return new CompletionContext(state.update({}).state, pos, true);
}

/** A kernel whose answers a test gives. */
export class FakeKernel implements NamesKernel {
  answers = true;
  readonly asked: {readonly code: string; readonly at: number; readonly signal: AbortSignal}[] = [];
  answer: (found: FoundNames | null) => void = () => {};

  names(code: string, at: number, signal: AbortSignal): Promise<FoundNames | null> {
    this.asked.push({code, at, signal});
    return new Promise(resolve => (this.answer = resolve));
  }

  inspect(): Promise<string> {
    return Promise.resolve("");
  }

  destroy(): void {}
}

export function found(from: number, to: number, ...names: readonly string[]): FoundNames {
  return {from, to, names: names.map(name => ({name, kind: "function", signature: ""}))};
}
