import assert from "node:assert/strict";
import {test} from "node:test";
import {changesAt, roomChangeLabel} from "../../src/history/roomchanges";
import {plain} from "../../src/ui/names";
import type {RoomChange} from "../../src/wire/history";

const change = (version: number, differences: RoomChange["differences"]): RoomChange => ({
  number: version + 1,
  version,
  author: "Ann",
  color: 1,
  at: 1,
  differences,
});
const label = (differences: RoomChange["differences"]): string =>
  plain(roomChangeLabel(change(0, differences)));

test("a change says who changed what from what to what", () => {
  assert.equal(label({title: ["", "b"]}), "Ann renamed the room from no title to “b”");
  assert.equal(label({language: ["python", "sql"]}), "Ann set the language from Python to SQL");
  assert.equal(label({limit: [2, 3]}), "Ann set the number of people at a time from 2 to 3");
  assert.equal(label({suggestions: [true, false]}), "Ann switched suggestions off");
  assert.equal(
    label({limit: [2, 3], guestsSeeOutput: [false, true]}),
    "Ann set the number of people at a time from 2 to 3, and switched output for guests on",
  );
});

test("a title is text whatever it has in it", () => {
  assert.equal(roomChangeLabel(change(0, {title: ["a", "<b>\u2069"]})).includes("<b>"), true);
});

test("a change is shown after its version, and after the versions that were merged around it", () => {
  const changes = [change(0, {}), change(3, {}), change(3, {}), change(7, {})];
  const found = (version: number, first?: number): number[] =>
    changesAt(changes, {version, ...(first !== undefined && {first})}).map(each => each.version);
  assert.deepEqual(found(0), [0]);
  assert.deepEqual(found(3), [3, 3]);
  assert.deepEqual(found(4), []);
  assert.deepEqual(found(8, 3), [3, 3, 7]);
});
