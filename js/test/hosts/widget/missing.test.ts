import assert from "node:assert/strict";
import {test} from "node:test";
import {missing} from "../../../src/hosts/widget/missing";
import type {Model} from "../../../src/hosts/widget/model";

function shown(
  values: {create: boolean; _writes_done: number | null; code: string},
  code: string | null = null,
  deleted = "",
) {
  const model = {get: (name: keyof typeof values) => values[name]} as unknown as Model;
  const connected: (string | null)[] = [];
  const made = missing(model, {code, deleted}, again => connected.push(again));
  const {sentence, actions = []} = made;
  for (const [, run] of actions) run();
  return {sentence, labels: actions.map(([label]) => label), connected, code: made.code};
}

test("a room that no page ever made is offered with the code of the notebook", () => {
  const {sentence, labels, connected} = shown({create: true, _writes_done: null, code: "x"});
  assert.match(sentence, /never made/);
  assert.deepEqual(labels, ["Make the room with this code", "Try again"]);
  assert.deepEqual(connected, ["x", null]);
});

test("a room that was deleted is not taken for one that was never made", () => {
  for (const create of [true, false]) {
    const {sentence, connected} = shown({create, _writes_done: 0, code: "x"});
    assert.match(sentence, /no longer on this Jupyter server/);
    assert.deepEqual(connected, ["x", null]);
  }
});

test("what this page saw of the room counts more than what the notebook knows", () => {
  const {sentence, connected, code} = shown({create: true, _writes_done: null, code: "x"}, "y");
  assert.match(sentence, /no longer on this Jupyter server/);
  assert.deepEqual([connected, code], [["y", null], "y"]);
});

test("an id of which nothing is known may be wrong", () => {
  const {sentence, labels} = shown({create: false, _writes_done: null, code: ""});
  assert.match(sentence, /has no such room/);
  assert.match(sentence, /not complete/);
  assert.deepEqual(labels, ["Make this room", "Try again"]);
});

test("a room that the server knows to be deleted is named so, with the time", () => {
  const deleted = "The room was deleted on 2026-11-29 at 01:20 UTC.";
  for (const values of [
    {create: true, _writes_done: null, code: "x"},
    {create: false, _writes_done: 0, code: "x"},
  ]) {
    const {sentence, connected} = shown(values, null, deleted);
    assert.equal(sentence, `${deleted} Below is its last code.`);
    assert.deepEqual(connected, ["x", null]);
  }
  assert.equal(
    shown({create: false, _writes_done: null, code: ""}, null, deleted).sentence,
    deleted,
  );
});
