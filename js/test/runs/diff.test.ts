import assert from "node:assert/strict";
import {test} from "node:test";
import {lineDiff} from "../../src/runs/diff";
import {seeded} from "../random";

const signs = {same: " ", added: "+", removed: "-"};
const diff = (before: string, after: string): string[] =>
  lineDiff(before, after).map(({kind, text}) => signs[kind] + text);

test("lines that were added, removed and changed", () => {
  assert.deepEqual(diff("a\nb\nc", "a\nB\nc\nd"), [" a", "-b", "+B", " c", "+d"]);
  assert.deepEqual(diff("", "x"), ["-", "+x"]);
  assert.deepEqual(diff("x", "x"), [" x"]);
});

test("of any two texts, the parts give both texts", () => {
  const next = seeded(7);
  const text = (): string => Array.from({length: next(12)}, () => "abc"[next(3)]).join("\n");
  for (let round = 0; round < 300; round++) {
    const [before, after] = [text(), text()];
    const lines = lineDiff(before, after);
    const without = (kind: string): string =>
      lines
        .filter(each => each.kind !== kind)
        .map(each => each.text)
        .join("\n");
    assert.equal(without("added"), before);
    assert.equal(without("removed"), after);
  }
});

test("texts that have little in common and are long are replaced as a whole", () => {
  const long = (letter: string): string =>
    Array.from({length: 900}, (_, i) => letter + i).join("\n");
  const lines = lineDiff(long("a"), long("b"));
  assert.deepEqual(
    [lines[0]?.kind, lines[899]?.kind, lines[900]?.kind],
    [...(["removed", "removed"] as const), "added"],
  );
});
