import assert from "node:assert/strict";
import {test} from "node:test";
import {rulesIn} from "../../src/runs/rules";

const dashes = "-".repeat(75);

test("the rules of a text are its long lines of dashes or equals signs alone", () => {
  const equals = "=".repeat(30);
  const text = `${dashes}\nZeroDivisionError\n\n${equals}\nend`;
  const found = rulesIn(text).map(({from, to}) => text.slice(from, to));
  assert.deepEqual(found, [dashes, equals]);
});

for (const [what, line] of [
  ["a short line", "-".repeat(29)],
  ["a line with words", `${dashes} done`],
  ["a line that begins with a blank", ` ${dashes}`],
  ["a line of two characters", dashes + "=".repeat(30)],
  ["a line of letters", "x".repeat(75)],
] as const) {
  test(`${what} is no rule`, () => {
    assert.deepEqual(rulesIn(`before\n${line}\nafter`), []);
  });
}
