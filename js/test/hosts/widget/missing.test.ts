import assert from "node:assert/strict";
import {test} from "node:test";
import {missing} from "../../../src/hosts/widget/missing";
import type {Model} from "../../../src/hosts/widget/model";

function shown(values: {create: boolean; _writes_done: number | null; code: string}, met?: string) {
  const model = {get: (name: keyof typeof values) => values[name]} as unknown as Model;
  const connected: (string | null)[] = [];
  const {sentence, actions = [], code} = missing(model, met ?? null, made => connected.push(made));
  for (const [, run] of actions) run();
  return {sentence, labels: actions.map(([label]) => label), connected, code};
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
