import assert from "node:assert/strict";
import {test} from "node:test";
import {indentUnit} from "@codemirror/language";
import {EditorState} from "@codemirror/state";
import type {TransactionSpec} from "@codemirror/state";
import type {EditorView} from "@codemirror/view";
import {TabKey, indentOrFill} from "../../src/editor/keymap";

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

/** A view that keeps whether Tab leaves it, and no more. */
function tabView(): {view: EditorView; leaves: () => unknown} {
  let mode: unknown = false;
  const view = {setTabFocusMode: (now: unknown) => (mode = now)} as unknown as EditorView;
  return {view, leaves: () => mode};
}

test("the hint says the way out, however Tab was switched", () => {
  const hints: string[] = [];
  const tab = new TabKey(hint => hints.push(hint));
  const {view, leaves} = tabView();
  assert.match(tab.hint, /Esc, then Tab leaves/);
  tab.switch(view);
  assert.equal(leaves(), true);
  tab.switch(view);
  assert.equal(leaves(), false);
  assert.deepEqual(hints, ["Tab leaves the editor. Ctrl-M lets Tab indent.", tab.hint]);
});

test("with Vim's keys, the hint names the mode in which Tab indents", () => {
  const tab = new TabKey(() => undefined);
  tab.keymap = "vim";
  assert.match(tab.hint, /insert mode\. Esc, then Tab leaves/);
});

test("Tab leaves while keys are commands, and afterwards only if it was switched", () => {
  const tab = new TabKey(() => undefined);
  const {view, leaves} = tabView();
  tab.setTyping(view, false);
  assert.equal(leaves(), true);
  tab.setTyping(view, true);
  assert.equal(leaves(), false);
  tab.switch(view);
  tab.setTyping(view, false);
  tab.setTyping(view, true);
  assert.equal(leaves(), true);
});
