import assert from "node:assert/strict";
import {test} from "node:test";
import {redo, undo, undoDepth} from "@codemirror/commands";
import {EditorState} from "@codemirror/state";
import {forgetUndo, undoHistory} from "../../src/editor/undo";

function typed(state: EditorState, text: string): EditorState {
  const at = state.doc.length;
  return state.update({changes: {from: at, insert: text}, userEvent: "input.type"}).state;
}

test("forgetting leaves nothing to undo or to redo, and the text as it is", () => {
  let state = typed(EditorState.create({extensions: undoHistory}), "x=1");
  undo({state, dispatch: tr => (state = tr.state)});
  state = typed(typed(state, "y"), "z");
  for (const step of forgetUndo()) state = state.update(step).state;
  assert.equal(state.doc.toString(), "yz");
  assert.equal(undo({state, dispatch: () => assert.fail()}), false);
  assert.equal(redo({state, dispatch: () => assert.fail()}), false);
});

test("text typed afterwards can be undone", () => {
  let state = typed(EditorState.create({extensions: undoHistory}), "x");
  for (const step of forgetUndo()) state = state.update(step).state;
  state = typed(state, "y");
  assert.equal(undoDepth(state), 1);
  undo({state, dispatch: tr => (state = tr.state)});
  assert.equal(state.doc.toString(), "x");
});
