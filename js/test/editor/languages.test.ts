import assert from "node:assert/strict";
import {test} from "node:test";
import {StringStream} from "@codemirror/language";
import type {StreamParser} from "@codemirror/language";
import {javascript, json, markdown, sql} from "../../src/editor/otherlanguages";

/** The tokens of a code as `text:name`, without those that have no name. */
function tokens<State>(parser: StreamParser<State>, code: string): string {
  const state = parser.startState?.(2) as State;
  const found: string[] = [];
  for (const line of code.split("\n")) {
    const stream = new StringStream(line, 4, 2);
    while (!stream.eol()) {
      stream.start = stream.pos;
      const name = parser.token(stream, state);
      assert.ok(stream.pos > stream.start, `no progress in ${JSON.stringify(line)}`);
      if (name) found.push(`${stream.current()}:${name}`);
    }
  }
  return found.join(" ");
}

test("JavaScript and JSON have different grammars", () => {
  assert.match(
    tokens(javascript, "const x = /a/ // b"),
    /const:keyword.*\/a\/:string.*\/\/ b:comment/,
  );
  assert.equal(tokens(json, '{"a": null}'), '"a":string property null:atom');
});

test("a backslash does not escape the end of a string in SQL", () => {
  assert.equal(tokens(sql, "SELECT 'a\\' -- b"), "SELECT:keyword 'a\\':string -- b:comment");
});

test("Markdown has headings, code blocks and inline marks, but none inside a word", () => {
  assert.equal(tokens(markdown, "# A b"), "# A b:heading");
  assert.equal(tokens(markdown, "```py\n# x\n```"), "```py:meta # x:monospace ```:meta");
  assert.equal(tokens(markdown, "**a** *b* `c`"), "**a**:strong *b*:emphasis `c`:monospace");
  assert.equal(tokens(markdown, "snake_case_name"), "");
  assert.equal(tokens(markdown, "- [a](b)"), "- :list [a](b):link");
});

test("every parser reads any line to its end", () => {
  const odd = "`'\"/*\\ ]}) __ ** ~~~ --\n\u{1f600}\0 /[ 'x\n\n```\n$$ {([";
  for (const parser of [javascript, json, sql]) tokens(parser, odd);
  tokens(markdown, odd);
});
