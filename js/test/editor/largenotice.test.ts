import assert from "node:assert/strict";
import {test} from "node:test";
import {Text} from "@codemirror/state";
import {largeSentence} from "../../src/editor/largenotice";

const of = (code: string): string => largeSentence(Text.of(code.split("\n")));

test("a line of more than 10,000 characters is named", () => {
  assert.equal(of(`a\n${"x".repeat(10_000)}\nb`), "");
  assert.match(of(`a\nb\n${"x".repeat(10_001)}\n`), /^Line 3 has more than 10,000 characters/);
});

test("a notice appears for code of more than 512 KiB in UTF-8", () => {
  const lines = (line: string, kib: number): string => `${line}\n`.repeat(kib);
  assert.equal(of(lines("x".repeat(1023), 512)), "");
  assert.match(of(`${lines("x".repeat(1023), 512)}x`), /more than 512 KiB/);
  // 341 characters of three bytes each.
  assert.equal(of(lines("語".repeat(341), 512)), "");
  assert.match(of(`${lines("語".repeat(341), 512)}x`), /more than 512 KiB/);
  assert.equal(of(lines("x".repeat(341), 512)), "");
});
