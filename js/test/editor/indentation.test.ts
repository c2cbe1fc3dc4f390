import assert from "node:assert/strict";
import {test} from "node:test";
import {indentLess, indentMore} from "@codemirror/commands";
import {pythonLanguage} from "@codemirror/lang-python";
import {indentUnit} from "@codemirror/language";
import {EditorSelection, EditorState, Text} from "@codemirror/state";
import type {StateCommand} from "@codemirror/state";
import {inOwnUnit, newLine, ownUnit, unitNear} from "../../src/editor/indentation";

/** A Python text with the caret, or carets, at "|". */
function python(text: string): EditorState {
  const parts = text.split("|");
  const carets = parts.slice(0, -1).map((_, i) => parts.slice(0, i + 1).join("").length);
  return EditorState.create({
    doc: parts.join(""),
    selection: EditorSelection.create(carets.map(at => EditorSelection.cursor(at))),
    extensions: [
      pythonLanguage,
      ownUnit,
      indentUnit.of("    "),
      EditorState.allowMultipleSelections.of(true),
    ],
  });
}

/** The text after a command, with the carets in it. */
function after(text: string, command: StateCommand): string {
  let state = python(text);
  command({state, dispatch: tr => (state = tr.state)});
  const carets = state.selection.ranges.map(({head}) => head).reverse();
  return carets.reduce((doc, at) => `${doc.slice(0, at)}|${doc.slice(at)}`, state.doc.toString());
}

const unit = (text: string, line = 1): string | null => unitNear(Text.of(text.split("\n")), line);

test("the unit is the text's own: a tab, two, four or eight blanks", () => {
  assert.equal(unit("def f():\n\tx = 1"), "\t");
  assert.equal(unit("def f():\n  x = 1\n  if x:\n    y"), "  ");
  assert.equal(unit("def f():\n    x = 1"), "    ");
  assert.equal(unit("def f():\n        x = 1"), " ".repeat(8));
});

test("a text that is not indented leaves the unit to its language", () => {
  for (const text of ["", "x = 1\ny = 2", "   \n\t\n", "call(a,\n     b)"]) {
    assert.equal(unit(text), null, text);
  }
});

test("blanks that align an argument are no unit", () => {
  assert.equal(unit("def f():\n  x = call(a,\n           b)\n  return x\ndef g():\n  pass"), "  ");
});

test("arguments that are indented twice are no unit", () => {
  const args = (unit: string): string =>
    `def f(\n${unit}${unit}a,\n${unit}${unit}b):\n${unit}return a\n`;
  for (const blanks of ["  ", "    "]) {
    assert.equal(unit(args(blanks)), blanks);
    assert.equal(unit(args(blanks).repeat(3), 12), blanks);
  }
  assert.equal(unit("if (a &&\n        b) {\n    c();\n}"), "    ");
});

test("of tabs and spaces in one text the nearest counts, preferably above", () => {
  const text = "def f():\n\tx\ndef g():\n    y\n    z";
  assert.equal(unit(text, 2), "\t");
  assert.equal(unit(text, 3), "\t");
  assert.equal(unit(text, 4), "    ");
  assert.equal(unit("\n\n\tx\n    y", 1), "\t");
});

test("in a large text only the lines around the caret are examined", () => {
  const plain = "x\n".repeat(2000);
  assert.equal(unit(`if x:\n\ty\n${plain}`, 1900), null);
});

test("a new line begins as the one above", () => {
  assert.equal(after("def f():\n\tx = 1|", newLine), "def f():\n\tx = 1\n\t|");
  assert.equal(after("def f():\n  x = 1|", newLine), "def f():\n  x = 1\n  |");
  assert.equal(after("def f():\n        x = 1|", newLine), "def f():\n        x = 1\n        |");
  assert.equal(after("x = 1|", newLine), "x = 1\n|");
});

test("a new line begins as the one above in a block with another unit than the text", () => {
  const fours = "def f():\n    if a:\n        b\n    c\n";
  const twos = `${fours}def g():\n  x = 1`;
  assert.equal(after(`${twos}|\n${fours}`, newLine), `${twos}\n  |\n${fours}`);
  assert.equal(after("if a:\n  \tb|", newLine), "if a:\n  \tb\n  \t|");
});

test("a line that opens a block is followed by a deeper one, in the text's unit", () => {
  assert.equal(after("def f():\n\tif x:|", newLine), "def f():\n\tif x:\n\t\t|");
  assert.equal(after("def f():\n  if x:|", newLine), "def f():\n  if x:\n    |");
  assert.equal(after("def f():\n\tx\n\ndef g():|", newLine), "def f():\n\tx\n\ndef g():\n\t|");
});

test("a new line after a blank one is where the language has it", () => {
  assert.equal(after("def f():\n\tx\n\t|", newLine), "def f():\n\tx\n\n\t|");
  assert.equal(after("def f():\n    x\n|", newLine), "def f():\n    x\n\n|");
});

test("brackets open with the unit of the text, at each caret", () => {
  assert.equal(after("if a:\n\tx = [|]", newLine), "if a:\n\tx = [\n\t\t|\n\t]");
  assert.equal(
    after("if a:\n\tx = 1|\nif b:\n\ty = 2|", newLine),
    "if a:\n\tx = 1\n\t|\nif b:\n\ty = 2\n\t|",
  );
});

test("a text that may not change is left alone", () => {
  const state = EditorState.create({extensions: EditorState.readOnly.of(true)});
  assert.equal(newLine({state, dispatch: () => assert.fail()}), false);
});

test("lines are indented more and less by the unit of the text", () => {
  assert.equal(after("if a:\n\tx|", indentMore), "if a:\n\t\tx|");
  assert.equal(after("if a:\n\t\tx|", indentLess), "if a:\n\tx|");
  assert.equal(after("if a:\n  x|", indentMore), "if a:\n    x|");
  assert.equal(after("if a:\n  x|", indentLess), "if a:\nx|");
});

test("a suggestion has the unit of the text", () => {
  const fit = (text: string, suggestion: string): string => {
    const state = python(text);
    return inOwnUnit(state, state.selection.main.head, suggestion);
  };
  assert.equal(fit("def f():\n\tx\n|", "    return "), "\treturn ");
  assert.equal(fit("def f():\n\tif x:|", "\n        return\n"), "\n\t\treturn\n");
  assert.equal(fit("def f():\n  x\n|", "\treturn "), "  return ");
  assert.equal(fit("if a:\n\tx =|", "  1 +\\\n    2"), "  1 +\\\n\t2");
  assert.equal(fit("def f():\n|", "    return "), "    return ");
});
