import assert from "node:assert/strict";
import {test} from "node:test";
import {indentUnit} from "@codemirror/language";
import {EditorState} from "@codemirror/state";
import type {TransactionSpec} from "@codemirror/state";
import type {EditorView} from "@codemirror/view";
import {indentOrFill, tabHint} from "../../src/editor/keymap";

function tab(doc: string, anchor: number, head = anchor, readOnly = false) {
  let state = EditorState.create({
    doc,
    selection: {anchor, head},
    extensions: [indentUnit.of("    "), EditorState.readOnly.of(readOnly)],
  });
  const view = {
    get state() {
      return state;
    },
    dispatch: (...specs: TransactionSpec[]) => {
      state = state.update(...specs).state;
    },
  };
  const done = indentOrFill(view as unknown as EditorView);
  return [done, state.doc.toString(), state.selection.main.head] as const;
}

test("Tab goes on to the next stop of four", () => {
  assert.deepEqual(tab("", 0), [true, "    ", 4]);
  assert.deepEqual(tab("abc", 3), [true, "abc ", 4]);
  assert.deepEqual(tab("abcd", 4), [true, "abcd    ", 8]);
  assert.deepEqual(tab("a\n  b", 4), [true, "a\n    b", 6]);
});

test("Tab in a text that may not change is left to the browser", () => {
  assert.deepEqual(tab("abc", 3, 3, true), [false, "abc", 3]);
});

test("the hint says the way out in either mode", () => {
  assert.match(tabHint(false), /Esc, then Tab leaves/);
  assert.match(tabHint(true), /Tab leaves the editor/);
});
