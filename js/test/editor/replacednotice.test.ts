import assert from "node:assert/strict";
import {test} from "node:test";
import {Text} from "@codemirror/state";
import {addWrite} from "../../src/editor/replacednotice";

const [one, two, three, four] = ["one", "two", "three", "four"].map(text => Text.of([text])) as [
  Text,
  Text,
  Text,
  Text,
];

test("of consecutive writes, the text before the first is kept", () => {
  const first = addWrite(null, one, two);
  assert.deepEqual(first, {before: one, after: two});
  assert.deepEqual(addWrite(first, two, three), {before: one, after: three});
});

test("text typed after a write is restored after the next write", () => {
  assert.deepEqual(addWrite({before: one, after: two}, three, four), {before: three, after: four});
});
