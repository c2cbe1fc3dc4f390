import assert from "node:assert/strict";
import {test} from "node:test";
import {foreignWrite} from "../../src/client/messages";
import type {FullUpdate} from "../../src/client/messages";
import {Restorer, further, replacedSentence} from "../../src/history/replacednotice";

const REPLACES: FullUpdate = ["bob", [1, [3, "x"]], 1];

function found(updates: FullUpdate[], version: number, known = 0): number {
  return foreignWrite({type: "code_update", version, updates}, known, "ann");
}

test("a whole-file write of somebody else that takes text away is found", () => {
  assert.equal(found([["bob", [[0, "a"]]], REPLACES, ["bob", [4]]], 9), 8);
  assert.equal(found([REPLACES, REPLACES], 9), 9);
  assert.equal(found([["", [[5]], 1]], 4), 4);
});

test("one's own write, an edit, one that only adds, and one seen before are not", () => {
  assert.equal(found([["ann", [[3, "x"]], 1]], 9), 0);
  assert.equal(found([["bob", [[3, "x"]]]], 9), 0);
  assert.equal(found([["bob", [3, [0, "x"]], 1]], 9), 0);
  assert.equal(found([REPLACES], 9, 9), 0);
  assert.equal(foreignWrite({type: "saved", version: 3}, 0, "ann"), 0);
});

test("of writes in a row the first is the one to go back before; edits between begin anew", () => {
  const first = further(null, 7);
  assert.deepEqual(first, {first: 7, last: 7});
  assert.deepEqual(further(further(first, 8), 9), {first: 7, last: 9});
  assert.deepEqual(further(first, 9), {first: 9, last: 9});
});

test("who replaced the text is named", () => {
  assert.equal(replacedSentence("Bob", false), "Bob has replaced the text.");
  assert.equal(replacedSentence("Ann", true), "You have replaced the text from another place.");
});

test("a revision that came of a restore is known, also before the reply is there", async () => {
  let answer: (reply: {version: number}) => void = () => {};
  const restore = () => new Promise<{version: number}>(resolve => (answer = resolve));
  const restorer = new Restorer({restore});
  const done = restorer.restore(3);
  const asked = Promise.all([restorer.isOurs(12), restorer.isOurs(11)]);
  answer({version: 12});
  await done;
  assert.deepEqual(await asked, [true, false]);
});

test("a restore that failed is an error for who wanted it, and holds nothing up", async () => {
  const restorer = new Restorer({restore: () => Promise.reject(new Error("full"))});
  await assert.rejects(restorer.restore(3), /full/);
  assert.equal(await restorer.isOurs(12), false);
});
