import assert from "node:assert/strict";
import {test} from "node:test";
import {throttle} from "../../src/ui/timing";
import {Clock} from "../clock";

function counting() {
  const clock = new Clock();
  const runs = {count: 0};
  return {clock, runs, slow: throttle(() => void runs.count++, 250, clock)};
}

test("the first call runs at once, the others of the interval run as one", () => {
  const {clock, runs, slow} = counting();
  slow.put();
  assert.equal(runs.count, 1);
  for (let i = 0; i < 10; i++) slow.put();
  clock.pass(249);
  assert.equal(runs.count, 1);
  clock.pass(1);
  assert.equal(runs.count, 2);
});

test("a stream of calls runs four times a second", () => {
  const {clock, runs, slow} = counting();
  for (let i = 0; i < 100; i++) {
    slow.put();
    clock.pass(10);
  }
  assert.equal(runs.count, 5);
});

test("after a pause the next call runs at once, and without calls nothing runs", () => {
  const {clock, runs, slow} = counting();
  slow.put();
  clock.pass(10_000);
  assert.equal(runs.count, 1);
  slow.put();
  assert.equal(runs.count, 2);
});

test("a waiting call does not run after stop", () => {
  const {clock, runs, slow} = counting();
  slow.put();
  slow.put();
  slow.stop();
  clock.pass(10_000);
  assert.equal(runs.count, 1);
});
