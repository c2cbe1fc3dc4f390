import assert from "node:assert/strict";
import {test} from "node:test";
import {Follow} from "../../src/editor/follow";

const caret = {clientId: "b", name: "Bob", color: 1, own: false, anchor: 3, head: 3, moved: 1};

function following() {
  const said: string[] = [];
  const follow = new Follow(sentence => said.push(sentence));
  follow.press("Bob");
  return {follow, said};
}

test("pressing a name follows, pressing it again stops, and both are announced", () => {
  const {follow, said} = following();
  assert.deepEqual(follow.state, {name: "Bob", paused: false});
  follow.press("Bob");
  assert.deepEqual(follow.state, {name: null, paused: false});
  assert.deepEqual(said, ["Following Bob. Esc stops.", "Following has ended."]);
});

test("typing or scrolling pauses once, and pressing continues", () => {
  const {follow, said} = following();
  follow.pause();
  follow.pause();
  assert.deepEqual([follow.state.paused, follow.target([caret]), said.length], [true, null, 2]);
  follow.press("Bob");
  assert.deepEqual([follow.state.paused, follow.target([caret])], [false, 3]);
});

test("pressing another name follows that person", () => {
  const {follow} = following();
  follow.press("Cy");
  assert.equal(follow.state.name, "Cy");
});

test("Esc stops, and has its other effect if nobody is followed", () => {
  const {follow} = following();
  follow.pause();
  assert.deepEqual([follow.stop(), follow.stop()], [true, false]);
});

test("a person who leaves is not followed any more", () => {
  const {follow} = following();
  follow.here(["Ann", "Bob"]);
  assert.equal(follow.state.name, "Bob");
  follow.here(["Ann"]);
  assert.equal(follow.state.name, null);
});

test("of several carets the one that moved last is kept in view, but not one's own", () => {
  const {follow} = following();
  const newer = {...caret, clientId: "b2", head: 7, moved: 5};
  assert.equal(follow.target([caret, newer, {...caret, name: "Cy", moved: 9}]), 7);
  assert.equal(follow.target([{...caret, own: true}]), null);
});
