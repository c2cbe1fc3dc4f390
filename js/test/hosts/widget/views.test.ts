import assert from "node:assert/strict";
import {test} from "node:test";
import {GRACE_MS, ViewCount} from "../../../src/hosts/widget/views";
import {Clock} from "../../clock";

function counted() {
  const clock = new Clock();
  const told: string[] = [];
  const listener = {shown: () => void told.push("shown"), gone: () => void told.push("gone")};
  return {clock, told, views: new ViewCount(listener, clock)};
}

test("partners wait less than five seconds for a caret to go", () => {
  assert.ok(GRACE_MS < 5000);
});

test("the first view is reported, further views are not", () => {
  const {views, told} = counted();
  views.add();
  views.add();
  assert.deepEqual(told, ["shown"]);
});

test("the end is reported once, after the time without a view", () => {
  const {views, told, clock} = counted();
  const remove = views.add();
  remove();
  clock.pass(GRACE_MS - 1);
  assert.deepEqual(told, ["shown"]);
  clock.pass(GRACE_MS);
  assert.deepEqual(told, ["shown", "gone"]);
});

test("one view of several keeps the room, whichever it is", () => {
  const {views, told, clock} = counted();
  const first = views.add();
  const second = views.add();
  first();
  first(); // A host that removes a view twice does not take another one off.
  clock.pass(10 * GRACE_MS);
  assert.deepEqual(told, ["shown"]);
  second();
  clock.pass(GRACE_MS);
  assert.deepEqual(told, ["shown", "gone"]);
});

test("a view that is added in time ends the wait", () => {
  const {views, told, clock} = counted();
  for (let i = 0; i < 10; i++) {
    const remove = views.add();
    clock.pass(GRACE_MS);
    remove();
    clock.pass(GRACE_MS - 1);
  }
  assert.equal(told.includes("gone"), false);
});

test("a view after the end is a first one again", () => {
  const {views, told, clock} = counted();
  views.add()();
  clock.pass(GRACE_MS);
  views.add();
  assert.deepEqual(told, ["shown", "gone", "shown"]);
});

test("nothing is reported after stop", () => {
  const {views, told, clock} = counted();
  views.add()();
  views.stop();
  clock.pass(GRACE_MS);
  assert.deepEqual(told, ["shown"]);
});
