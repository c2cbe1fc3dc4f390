import assert from "node:assert/strict";
import {test} from "node:test";
import {history, redo, undo} from "@codemirror/commands";
import {Compartment, EditorState, Transaction} from "@codemirror/state";
import type {TransactionSpec} from "@codemirror/state";
import {EditorView} from "@codemirror/view";
import type {DecorationSet} from "@codemirror/view";
import {
  acceptGhost,
  acceptance,
  dismissGhost,
  firstLine,
  firstWord,
  ghostField,
  ghostOf,
  indentation,
  isSuggested,
  setGhost,
  suggestedUndo,
} from "../../src/editor/ghost";
import {namesShown} from "../../src/editor/namesstate";

const remote = [Transaction.remote.of(true), Transaction.addToHistory.of(false)];

/** A state with the caret at "|" and a suggestion there. */
function shown(code: string, text: string): EditorState {
  const at = code.indexOf("|");
  const doc = code.replace("|", "");
  const state = EditorState.create({
    doc,
    selection: {anchor: at},
    extensions: [ghostField, history(), EditorState.allowMultipleSelections.of(true)],
  });
  return state.update({effects: setGhost.of({at, text})}).state;
}

const after = (state: EditorState, spec: TransactionSpec) => ghostOf(state.update(spec).state);

test("a suggestion shows where it was asked for and is no part of the code", () => {
  const state = shown("ab|c", "X");
  assert.deepEqual(ghostOf(state), {at: 2, text: "X"});
  assert.equal(state.doc.toString(), "abc");
});

test("it vanishes when anyone changes the text before the caret, or at it", () => {
  const state = shown("ab|c", "X");
  const gone: TransactionSpec[] = [
    {changes: {from: 0, insert: "z"}, annotations: remote},
    {changes: {from: 1, to: 2}, annotations: remote},
    {changes: {from: 2, insert: "z"}, annotations: remote},
    {changes: {from: 2, insert: "z"}, selection: {anchor: 3}, userEvent: "input.type"},
    {changes: {from: 0, to: 3, insert: ""}},
  ];
  for (const spec of gone) assert.equal(after(state, spec), null);
});

test("it stays when text after the caret changes", () => {
  const state = shown("ab|c", "X");
  const behind = {changes: {from: 3, insert: "z"}, annotations: remote};
  assert.deepEqual(after(state, behind), {at: 2, text: "X"});
});

test("it vanishes when the caret moves or becomes a selection", () => {
  const state = shown("ab|c", "X");
  assert.equal(after(state, {selection: {anchor: 1}}), null);
  assert.equal(after(state, {selection: {anchor: 2, head: 3}}), null);
  assert.deepEqual(after(state, {selection: {anchor: 2}}), {at: 2, text: "X"});
});

test("accepting is one step of undo, separate from text typed before and after", () => {
  let state = shown("ab|", "cd");
  const run = (spec: TransactionSpec): void => {
    state = state.update(spec).state;
  };
  const ghost = ghostOf(state);
  assert.ok(ghost);
  run(acceptance(state, ghost, ghost.text));
  assert.equal(state.doc.toString(), "abcd");
  assert.equal(state.selection.main.head, 4);
  assert.equal(ghostOf(state), null);
  run({changes: {from: 4, insert: "e"}, userEvent: "input.type"});
  const back = (): string => {
    undo({state, dispatch: tr => (state = tr.state)});
    return state.doc.toString();
  };
  assert.equal(back(), "abcd");
  assert.equal(back(), "ab");
});

test("accepting a word leaves the rest standing before the caret", () => {
  const state = shown("a|", "foo bar");
  const ghost = ghostOf(state);
  assert.ok(ghost);
  const next = state.update(acceptance(state, ghost, firstWord(ghost.text))).state;
  assert.equal(next.doc.toString(), "afoo");
  assert.deepEqual(ghostOf(next), {at: 4, text: " bar"});
});

test("a word is blanks and letters, or blanks and signs; blanks alone come along", () => {
  for (const [text, word] of [
    ["foo bar", "foo"],
    ["  foo bar", "  foo"],
    ["(x)", "("],
    ["    return ", "    return "],
    ["   ", "   "],
    ["größe+1", "größe"],
    ["\n  x = 1", "\n  x"],
  ] as const) {
    assert.equal(firstWord(text), word);
  }
});

test("line ends in a suggestion count as one each", () => {
  const state = shown("|", "a\nb");
  const next = state.update(acceptance(state, {at: 0, text: "a\nb"}, "a\nb")).state;
  assert.equal(next.doc.lines, 2);
  assert.equal(next.selection.main.head, 3);
});

test("what the person types of a suggestion shortens it", () => {
  let state = shown("a|", "bcd");
  const type = (text: string, at: number, more: TransactionSpec = {}): void => {
    const selection = {anchor: at + text.length};
    const changes = {from: at, insert: text};
    state = state.update({changes, selection, userEvent: "input.type", ...more}).state;
  };
  type("b", 1);
  assert.deepEqual(ghostOf(state), {at: 2, text: "cd"});
  type("c", 2);
  assert.deepEqual(ghostOf(state), {at: 3, text: "d"});
  type("d", 3);
  assert.equal(ghostOf(state), null);
  for (const [text, more] of [
    ["x", {}],
    ["bx", {}],
    ["b", {annotations: remote}],
    ["b", {userEvent: "input.paste"}],
    ["b", {selection: {anchor: 0}}],
  ] as const) {
    state = shown("a|", "bcd");
    type(text, 1, more);
    assert.equal(ghostOf(state), null);
  }
});

test("a line is accepted with the line ends before it", () => {
  assert.equal(firstLine("alpha\n  beta\ngamma"), "alpha");
  assert.equal(firstLine("\n  beta\ngamma"), "\n  beta");
  assert.equal(firstLine("\n\nx"), "\n\nx");
  assert.equal(firstLine("alpha"), "alpha");
});

test("on a blank line, Tab first indents as far as the suggestion begins", () => {
  for (const [code, text, blanks] of [
    ["|", "    return", "  "],
    ["  |", "  return", "  "],
    ["|", " x", " "],
    ["|", "return", ""],
    ["|", "   ", ""],
    ["|", "\n    x", ""],
    ["x = |", "  1", ""],
  ] as const) {
    const state = shown(code, text);
    const ghost = ghostOf(state);
    assert.ok(ghost);
    assert.equal(indentation(state, ghost), blanks);
  }
  const state = shown("|", "    return");
  const next = state.update(acceptance(state, {at: 0, text: "    return"}, "  ")).state;
  assert.deepEqual(ghostOf(next), {at: 2, text: "  return"});
});

test("accepting and redoing insert text of a suggestion; typing and undoing do not", () => {
  const extensions = [ghostField, suggestedUndo, history()];
  let state = EditorState.create({doc: "ab", selection: {anchor: 2}, extensions});
  const done: [string, boolean][] = [];
  const dispatch = (tr: Transaction): void => {
    state = tr.state;
    done.push([state.doc.toString(), isSuggested(tr)]);
  };
  dispatch(state.update({changes: {from: 2, insert: "c"}, selection: {anchor: 3}}));
  dispatch(state.update(acceptance(state, {at: 3, text: "de fg"}, "de")));
  undo({state, dispatch});
  redo({state, dispatch});
  undo({state, dispatch});
  undo({state, dispatch});
  redo({state, dispatch});
  redo({state, dispatch});
  assert.deepEqual(done, [
    ["abc", false],
    ["abcde", true],
    ["abc", false],
    ["abcde", true],
    ["abc", false],
    ["ab", false],
    ["abc", false],
    ["abcde", true],
  ]);
});

test("while the menu of names is displayed the suggestion is hidden, and no key takes it", () => {
  const menu = new Compartment();
  let state = EditorState.create({
    doc: "ab",
    selection: {anchor: 2},
    extensions: [ghostField, menu.of(namesShown.of(true))],
  });
  state = state.update({effects: setGhost.of({at: 2, text: "X"})}).state;
  const view = {state, dispatch: () => assert.fail()} as unknown as EditorView;
  assert.equal(ghostOf(state), null);
  assert.equal(acceptGhost(view), false);
  const decorated = (now: EditorState) =>
    now.facet(EditorView.decorations).reduce((all, set) => all + (set as DecorationSet).size, 0);
  assert.equal(decorated(state), 0);
  state = state.update({effects: menu.reconfigure([])}).state;
  assert.deepEqual(ghostOf(state), {at: 2, text: "X"});
  assert.equal(decorated(state), 1);
});

test("a hidden suggestion is dismissed as well, such as when the focus is lost", () => {
  let state = EditorState.create({doc: "ab", extensions: [ghostField, namesShown.of(true)]});
  state = state.update({effects: setGhost.of({at: 0, text: "X"})}).state;
  const dispatch = (spec: TransactionSpec) => (state = state.update(spec).state);
  assert.equal(dismissGhost({state, dispatch} as unknown as EditorView), true);
  assert.equal(state.field(ghostField), null);
});
