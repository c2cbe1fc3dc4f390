/** Which item of a menu a key goes to. */
import assert from "node:assert/strict";
import {test} from "node:test";
import {Typeahead, WORD_MS, movedTo} from "../../src/menu/items";

const LABELS = ["Copy all", "Download", "Open a file…", "Wrap lines", "Key map", "Keys"];

test("arrow keys go round, Home and End to the ends", () => {
  assert.equal(movedTo("ArrowDown", 0, 3), 1);
  assert.equal(movedTo("ArrowDown", 2, 3), 0);
  assert.equal(movedTo("ArrowUp", 0, 3), 2);
  assert.equal(movedTo("Home", 2, 3), 0);
  assert.equal(movedTo("End", 0, 3), 2);
});

test("with no item focused, the arrow keys go to the ends", () => {
  assert.equal(movedTo("ArrowDown", -1, 3), 0);
  assert.equal(movedTo("ArrowUp", -1, 3), 2);
});

test("other keys go nowhere", () => {
  assert.equal(movedTo("ArrowRight", 0, 3), null);
  assert.equal(movedTo("a", 0, 3), null);
});

test("a character goes to the next item that begins with it, also behind the end", () => {
  assert.equal(new Typeahead().typed("w", LABELS, 0, 0), 3);
  assert.equal(new Typeahead().typed("c", LABELS, 3, 0), 0);
  assert.equal(new Typeahead().typed("K", LABELS, 4, 0), 5);
  assert.equal(new Typeahead().typed("x", LABELS, 0, 0), -1);
});

test("a character that is repeated goes on to the next item with it", () => {
  const typeahead = new Typeahead();
  assert.equal(typeahead.typed("k", LABELS, 0, 0), 4);
  assert.equal(typeahead.typed("k", LABELS, 4, 100), 5);
  assert.equal(typeahead.typed("k", LABELS, 5, 200), 4);
});

test("characters typed without a pause are one word, with its blanks", () => {
  const typeahead = new Typeahead();
  let at = 0;
  for (const [index, character] of [..."key m"].entries()) {
    at = typeahead.typed(character, LABELS, at, index * 100);
  }
  assert.equal(at, 4);
  assert.equal(typeahead.going(500), true);
});

test("after a pause another word begins, and a blank is no part of it", () => {
  const typeahead = new Typeahead();
  assert.equal(typeahead.typed("k", LABELS, 0, 0), 4);
  assert.equal(typeahead.going(WORD_MS + 1), false);
  assert.equal(typeahead.typed("d", LABELS, 4, WORD_MS + 1), 1);
});
