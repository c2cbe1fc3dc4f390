import assert from "node:assert/strict";
import {test} from "node:test";
import {StringStream} from "@codemirror/language";
import type {StreamParser} from "@codemirror/language";
import {javascriptLines, markdownLines, sqlLines} from "../../src/editor/highlighters";

/** The tokens of a code as `text:name`, those without a name left out. */
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

test("JavaScript: words, numbers, strings over their own line only", () => {
  assert.equal(
    tokens(javascriptLines, "const x = 0x1f + 1.5e3"),
    "const:keyword x:variableName =:operator 0x1f:number +:operator 1.5e3:number",
  );
  assert.equal(
    tokens(javascriptLines, "'a\\'b' \"open\nx"),
    "'a\\'b':string \"open:string x:variableName",
  );
  assert.equal(tokens(javascriptLines, "`a\nb` c"), "`a:string b`:string c:variableName");
});

test("JavaScript: a slash divides after a value and starts a pattern elsewhere", () => {
  assert.equal(tokens(javascriptLines, "a / b"), "a:variableName /:operator b:variableName");
  assert.equal(tokens(javascriptLines, "= /[/]x/g"), "=:operator /[/]x/g:regexp");
  assert.equal(tokens(javascriptLines, "return /x/"), "return:keyword /x/:regexp");
});

test("JavaScript: comments, also over lines", () => {
  assert.equal(tokens(javascriptLines, "// a"), "// a:comment");
  assert.equal(tokens(javascriptLines, "/* a\nb */ c"), "/* a:comment b */:comment c:variableName");
});

test("SQL: keywords in any case, strings, types and comments", () => {
  assert.equal(
    tokens(sqlLines, "SELECT a, 'b' -- c"),
    "SELECT:keyword a:variableName ,:punctuation 'b':string -- c:comment",
  );
  assert.equal(tokens(sqlLines, "x INT NULL"), "x:variableName INT:typeName NULL:atom");
});

test("Markdown: headings, fences, inline marks; not inside a word", () => {
  assert.equal(tokens(markdownLines, "# A b"), "# A b:heading");
  assert.equal(tokens(markdownLines, "```py\n# x\n```"), "```py:meta # x:monospace ```:meta");
  assert.equal(tokens(markdownLines, "**a** *b* `c`"), "**a**:strong *b*:emphasis `c`:monospace");
  assert.equal(tokens(markdownLines, "snake_case_name"), "");
  assert.equal(tokens(markdownLines, "- [a](b)"), "- :list [a](b):link");
});

test("every reader gets through anything", () => {
  const odd = "`'\"/*\\ ]}) __ ** ~~~ --\n\u{1f600}\0 /[ 'x\n\n```\n$$ {([";
  for (const parser of [javascriptLines, sqlLines]) tokens(parser, odd);
  tokens(markdownLines, odd);
});
