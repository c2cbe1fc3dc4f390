import assert from "node:assert/strict";
import {test} from "node:test";
import {addWrite, foreignWrites} from "../../src/client/messages";
import type {FullUpdate} from "../../src/client/messages";
import type {Writes} from "../../src/client/types";
import type {Authors} from "../../src/history/labels";
import {Restorer, replacedSentence} from "../../src/history/replacednotice";
import {plain} from "../../src/ui/names";

const REPLACES: FullUpdate = ["bob", [1, [3, "x"]], 1];

function found(updates: FullUpdate[], version: number, known = 0): Writes | null {
  return foreignWrites({type: "code_update", version, updates}, known, "ann");
}

test("a write of another client that removes text is found", () => {
  assert.deepEqual(found([["bob", [[0, "a"]]], REPLACES, ["bob", [4]]], 9), {first: 8, last: 8});
  assert.deepEqual(found([["", [[5]], 1]], 4), {first: 4, last: 4});
});

test("of several writes in one message, the last ones without an edit in between are found", () => {
  const edit: FullUpdate = ["bob", [4]];
  assert.deepEqual(found([REPLACES, REPLACES], 9), {first: 8, last: 9});
  assert.deepEqual(found([REPLACES, REPLACES], 9, 8), {first: 9, last: 9});
  const before = [REPLACES, edit];
  assert.deepEqual(found([...before, REPLACES, REPLACES, edit], 9), {first: 7, last: 8});
});

test("own writes, edits, writes that only insert, and writes seen before are not found", () => {
  assert.equal(found([["ann", [[3, "x"]], 1]], 9), null);
  assert.equal(found([["bob", [[3, "x"]]]], 9), null);
  assert.equal(found([["bob", [3, [0, "x"]], 1]], 9), null);
  assert.equal(found([REPLACES], 9, 9), null);
  assert.equal(foreignWrites({type: "saved", version: 3}, 0, "ann"), null);
});

test("consecutive writes count as one loss; an edit in between begins a new one", () => {
  const first = addWrite(null, 7);
  assert.deepEqual(first, {first: 7, last: 7});
  assert.deepEqual(addWrite(addWrite(first, 8), 9), {first: 7, last: 9});
  assert.deepEqual(addWrite(first, 9), {first: 9, last: 9});
});

test("the sentence names the person who replaced the text", () => {
  const said = (entry: Authors, own = false): string => plain(replacedSentence(entry, own));
  assert.equal(said({author: "Bob"}), "Bob replaced the text.");
  assert.equal(said({author: ""}), "Somebody replaced the text.");
  assert.equal(said({author: "Ann"}, true), "You replaced the text from another place.");
  assert.equal(said({author: "Ann", marks: ["python"]}, true), "You replaced the text in Python.");
  const python = {author: "Bob", marks: ["python"]} satisfies Authors;
  assert.equal(said(python), "Bob, in Python, replaced the text.");
});

test("a restored revision is known even before the reply arrives", async () => {
  let answer: (reply: {version: number}) => void = () => {};
  const restore = () => new Promise<{version: number}>(resolve => (answer = resolve));
  const restorer = new Restorer({restore});
  const done = restorer.restore(3);
  const asked = restorer.foreign({first: 11, last: 13});
  answer({version: 12});
  await done;
  assert.deepEqual(await asked, [11, 13]);
});

test("a failed restore rejects and does not block later questions", async () => {
  const restorer = new Restorer({restore: () => Promise.reject(new Error("full"))});
  await assert.rejects(restorer.restore(3), /full/);
  assert.deepEqual(await restorer.foreign({first: 12, last: 12}), [12]);
});
