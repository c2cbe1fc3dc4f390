import assert from "node:assert/strict";
import {test} from "node:test";
import {tooltipPlace} from "../../src/names/tooltips";

const PAGE = {width: 800, height: 600};
const CODE = {left: 0, top: 100, right: 800, bottom: 500};
const word = (left: number, top: number) => ({left, top, right: left + 20, bottom: top + 16});
const place = (left: number, top: number, width = 200, height = 150) =>
  tooltipPlace(word(left, top), {width, height}, PAGE, CODE);

test("a tooltip is below its text, or above it if it only fits there", () => {
  assert.deepEqual(place(50, 200), {left: 50, top: 216});
  assert.deepEqual(place(50, 480), {left: 50, top: 330});
});

test("it stays in the window", () => {
  assert.deepEqual(place(700, 200), {left: 596, top: 216});
  assert.deepEqual(place(700, 200, 900), {left: 4, top: 216});
  assert.deepEqual(place(50, 400, 200, 700), {left: 50, top: 4});
});

test("it disappears with text that is scrolled out of the code", () => {
  assert.equal(place(50, 80), null);
  assert.equal(place(50, 500), null);
});
