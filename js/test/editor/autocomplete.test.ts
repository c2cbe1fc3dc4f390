import assert from "node:assert/strict";
import {test} from "node:test";
import {pythonLanguage} from "@codemirror/lang-python";
import {ensureSyntaxTree} from "@codemirror/language";
import {EditorState} from "@codemirror/state";
import {isWorthAsking} from "../../src/editor/autocomplete";

test("a pause requests nothing inside a word, and nothing before much of a line", () => {
  for (const [code, worth] of [
    ["x = |", true],
    ["f(|)", true],
    ["f(|, b)", true],
    ["na|me", false],
    ["|name", true],
    ["x = | + a_long_rest", false],
    ["x|\nlong line below", true],
    ["", true],
  ] as const) {
    const at = Math.max(0, code.indexOf("|"));
    const state = EditorState.create({doc: code.replace("|", "")});
    assert.equal(isWorthAsking(state, at), worth, code);
  }
});

test("a pause requests nothing in a comment or a string", () => {
  for (const [code, worth] of [
    ["# what it do|", false],
    ["x = 1  # one |", false],
    ["# a comment\n|x", true],
    ["x = 'a |", false],
    ["x = 'a |'", false],
    ["x = '|", false],
    ["x = 'a'|", true],
    ["x = ''|", true],
    ["x = f'{a|}'", true],
    ["x = f'{a} |'", false],
    ['"""Return |\n"""', false],
    ["x = a |", true],
  ] as const) {
    const at = code.indexOf("|");
    const extensions = pythonLanguage;
    const state = EditorState.create({doc: code.replace("|", ""), extensions});
    ensureSyntaxTree(state, state.doc.length, 5000);
    assert.equal(isWorthAsking(state.update({}).state, at), worth, code);
  }
});
