import assert from "node:assert/strict";
import {test} from "node:test";
import {relativeTime} from "../../src/ui/time";

const NOW = 1_700_000_000;

test("a past time is in the largest unit that gives at least one", () => {
  for (const [passed, words] of [
    [-5, "just now"],
    [59, "just now"],
    [60, "1 minute ago"],
    [3599, "1 hour ago"],
    [7200, "2 hours ago"],
    [86_400, "yesterday"],
    [3 * 86_400, "3 days ago"],
  ] as const) {
    assert.equal(relativeTime(NOW - passed, NOW), words);
  }
});

test("a time to come is given in the same units", () => {
  for (const [left, words] of [
    [90, "in 2 minutes"],
    [3 * 3600 + 60, "in 3 hours"],
    [86_399, "tomorrow"],
    [30 * 86_400, "in 30 days"],
  ] as const) {
    assert.equal(relativeTime(NOW + left, NOW), words);
  }
});

test("a time more than 30 days away is a date", () => {
  assert.equal(relativeTime(NOW - 31 * 86_400, NOW), "Oct 14, 2023");
  assert.equal(relativeTime(NOW + 31 * 86_400, NOW), "Dec 15, 2023");
});
