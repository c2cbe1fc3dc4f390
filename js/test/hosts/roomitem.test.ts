import assert from "node:assert/strict";
import {test} from "node:test";
import {ago} from "../../src/hosts/roomitem";

test("a time is told as people tell it", () => {
  const now = 1_700_000_000;
  for (const [passed, words] of [
    [-5, "just now"], [0, "just now"], [59, "just now"], [60, "1 minute ago"],
    [7200, "2 hours ago"], [86400, "yesterday"], [3 * 86400, "3 days ago"],
    [31 * 86400, "Oct 14, 2023"],
  ] as const) {
    assert.equal(ago(now - passed, now), words);
  }
});
