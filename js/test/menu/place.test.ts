/** Where a menu is displayed. All numbers are pixels. */
import assert from "node:assert/strict";
import {test} from "node:test";
import {placeOf} from "../../src/menu/place";

const PAGE = {width: 390, height: 800};

test("a menu is below its button, at its left edge", () => {
  const place = placeOf({left: 20, top: 10, bottom: 40}, 240, PAGE);
  assert.deepEqual(place, {left: 20, top: 44, bottom: null, maxHeight: 752});
});

test("a menu stays inside a narrow window", () => {
  assert.equal(placeOf({left: 300, top: 10, bottom: 40}, 240, PAGE).left, 146);
  assert.equal(placeOf({left: 300, top: 10, bottom: 40}, 500, PAGE).left, 4);
});

test("a menu is above its button where there is more space", () => {
  const place = placeOf({left: 20, top: 700, bottom: 730}, 240, PAGE);
  assert.deepEqual(place, {left: 20, top: null, bottom: 104, maxHeight: 692});
});
