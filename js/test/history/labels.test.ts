import assert from "node:assert/strict";
import {test} from "node:test";
import {
  changeLabel,
  entryLabel,
  markWords,
  sizeLabel,
  versionLabel,
} from "../../src/history/labels";
import {plain} from "../../src/ui/names";
import type {RevisionEntry} from "../../src/wire/history";

const ann = {version: 3, kind: "edit", author: "Ann", color: 1, at: 1_000_000} as const;

test("a label names the author and the change; an empty name is Somebody", () => {
  assert.equal(plain(changeLabel(ann)), "Ann typed");
  assert.equal(plain(changeLabel({...ann, kind: "write"})), "Ann replaced the whole text");
  assert.equal(
    plain(changeLabel({...ann, version: 0, kind: "write", author: " "})),
    "Somebody created the room",
  );
});

test("marks are said beside the name, and old ones of which only a part is so", () => {
  const said = (entry: Partial<RevisionEntry>): string => plain(changeLabel({...ann, ...entry}));
  assert.equal(said({marks: ["suggested"]}), "Ann, suggested");
  assert.equal(said({marks: ["python"]}), "Ann, in Python");
  assert.equal(said({marks: ["agent"]}), "Ann, agent");
  assert.equal(said({author: "Ben (guest)", marks: ["guest"]}), "Ben, guest, typed");
  assert.equal(
    said({author: "Ben (guest)", marks: ["guest", "suggested"]}),
    "Ben, guest, suggested",
  );
  assert.equal(
    said({kind: "write", marks: ["python", "agent"]}),
    "Ann, in Python, agent, replaced the whole text",
  );
  assert.equal(
    said({others: ["Ben (guest)"], marks: ["guest", "suggested", "partly"]}),
    "Ann and Ben (guest), partly guest, partly suggested",
  );
});

test("letters in a name are no mark", () => {
  const named: RevisionEntry = {...ann, author: "Ann, suggested (guest)"};
  assert.equal(plain(changeLabel(named)), "Ann, suggested (guest) typed");
  assert.deepEqual(markWords(named), []);
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
