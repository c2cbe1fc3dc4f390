import assert from "node:assert/strict";
import {test} from "node:test";
import {ago, deed, place, spoken, taken} from "../../src/history/words";

const ann = {version: 3, kind: "edit", author: "Ann", color: 1, at: 1_000_000} as const;

test("time is told as people tell it", () => {
  const since = (seconds: number): string => ago(1_000_000, 1_000_000 + seconds);
  assert.deepEqual([-5, 59, 60, 119, 120, 3599].map(since), [
    "just now", "just now", "a minute ago", "a minute ago", "2 minutes ago", "59 minutes ago",
  ]);
  assert.match(since(2 * 86_400), /1970/);
});

test("who did what is told, and a name that is none is somebody", () => {
  assert.equal(deed(ann), "Ann typed");
  assert.equal(deed({...ann, kind: "write"}), "Ann replaced the whole text");
  assert.equal(deed({...ann, version: 0, kind: "write", author: " "}), "Somebody made the room");
});

test("the slider is heard as a sentence", () => {
  assert.equal(place(4, 4), "Version 4 of 4, the newest");
  assert.equal(spoken(ann, 4, 1_000_000), "Version 3 of 4: Ann typed, just now");
});

test("of what was merged everybody is named, or the first and how many", () => {
  const told = (...others: string[]): string => deed({...ann, others});
  assert.equal(told("Bob"), "Ann and Bob typed");
  assert.equal(told("Bob", "Cem"), "Ann, Bob and Cem typed");
  assert.equal(told("Bob", "Cem", "Dan", "Eve"), "Ann, Bob and 3 others typed");
  assert.equal(place(30, 40, 18), "Versions 18 to 30 of 40");
  assert.equal(spoken({...ann, first: 1}, 4, 1_000_000), "Versions 1 to 3 of 4: Ann typed, just now");
});

test("what the history takes is told in few digits", () => {
  const sizes = [0, 1023, 1024, 35_000, 1_258_291, 10_500_000, 52_428_800];
  const limit = 50 * 1024 * 1024;
  assert.deepEqual(
    sizes.map(bytes => taken({bytes, limit})),
    ["0 B", "1023 B", "1 kB", "34 kB", "1.2 MB", "10 MB", "50 MB"].map(each => `${each} of 50 MB`),
  );
});
