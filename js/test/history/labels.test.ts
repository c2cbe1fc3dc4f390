import assert from "node:assert/strict";
import {test} from "node:test";
import {changeLabel, entryLabel, sizeLabel, versionLabel} from "../../src/history/labels";
import {plain} from "../../src/ui/names";

const ann = {version: 3, kind: "edit", author: "Ann", color: 1, at: 1_000_000} as const;

test("a label names the author and the change; an empty name is Somebody", () => {
  assert.equal(plain(changeLabel(ann)), "Ann typed");
  assert.equal(plain(changeLabel({...ann, kind: "write"})), "Ann replaced the whole text");
  assert.equal(
    plain(changeLabel({...ann, version: 0, kind: "write", author: " "})),
    "Somebody created the room",
  );
});

test("screen readers get an entry as one sentence", () => {
  assert.equal(versionLabel(4, 4), "Version 4 of 4, the newest");
  assert.equal(entryLabel(ann, 4, 1_000_000), "Version 3 of 4: Ann typed, just now");
});

test("merged versions name up to three authors, or two and how many others", () => {
  const labelled = (...others: string[]): string => plain(changeLabel({...ann, others}));
  assert.equal(labelled("Bob"), "Ann and Bob typed");
  assert.equal(labelled("Bob", "Cem"), "Ann, Bob and Cem typed");
  assert.equal(labelled("Bob", "Cem", "Dan", "Eve"), "Ann, Bob and 3 others typed");
  assert.equal(versionLabel(30, 40, 18), "Versions 18 to 30 of 40");
  assert.equal(
    entryLabel({...ann, first: 1}, 4, 1_000_000),
    "Versions 1 to 3 of 4: Ann typed, just now",
  );
});

test("sizes have at most two significant digits below 10 MB", () => {
  const sizes = [0, 1023, 1024, 35_000, 1_258_291, 10_500_000, 52_428_800];
  const limit = 50 * 1024 * 1024;
  assert.deepEqual(
    sizes.map(bytes => sizeLabel({bytes, limit})),
    ["0 B", "1023 B", "1 kB", "34 kB", "1.2 MB", "10 MB", "50 MB"].map(each => `${each} of 50 MB`),
  );
});
