import assert from "node:assert/strict";
import {test} from "node:test";
import {ago, deed, place, spoken} from "../src/historywords";

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
