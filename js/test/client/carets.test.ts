import assert from "node:assert/strict";
import {test} from "node:test";
import {ChangeSet} from "@codemirror/state";
import type {ChangeSpec} from "@codemirror/state";
import {Carets, after, mapped} from "../../src/client/carets";

const of = (length: number, changes: ChangeSpec): ChangeSet => ChangeSet.of(changes, length);
const at = (head: number, anchor = head) => ({anchor, head});

test("text before a caret moves it, text behind it and right at it does not", () => {
  assert.deepEqual(mapped(at(5), of(9, {from: 2, insert: "xx"})), at(7));
  assert.deepEqual(mapped(at(5), of(9, {from: 5, insert: "xx"})), at(5));
  assert.deepEqual(mapped(at(5), of(9, {from: 7, insert: "xx"})), at(5));
});

test("a selection includes text typed within it and not at its ends, in either direction", () => {
  assert.deepEqual(mapped(at(6, 2), of(9, {from: 4, insert: "x"})), at(7, 2));
  assert.deepEqual(mapped(at(6, 2), of(9, {from: 2, insert: "x"})), at(7, 3));
  assert.deepEqual(mapped(at(2, 6), of(9, {from: 6, insert: "x"})), at(2, 6));
  assert.deepEqual(mapped(at(6, 2), of(9, {from: 1, to: 8, insert: "new"})), at(4, 4));
});

test("the author's caret is at the end of the last edit, and an empty edit moves none", () => {
  const typed = of(10, [
    {from: 0, to: 1, insert: "new"},
    {from: 4, to: 6, insert: "more"},
  ]);
  assert.deepEqual(after(at(9, 8), typed, true), at(10));
  assert.deepEqual(after(at(9), of(10, []), true), at(9));
});

test("each client has a caret, which is known from its typing alone as well", () => {
  const carets = new Carets();
  carets.place("bob", at(4), 10);
  carets.advance(of(10, {from: 0, insert: "cy"}), "cy");
  assert.deepEqual(carets.over("bob", []), {...at(6), moved: 1});
  assert.deepEqual(carets.over("cy", []), {...at(2), moved: 2});
  carets.keep(new Set(["cy"]));
  assert.deepEqual([carets.over("bob", []), carets.over("cy", [])?.head], [null, 2]);
});

test("unsent edits lie over a caret, and taking them back brings it back", () => {
  const carets = new Carets();
  carets.place("bob", at(4), 10);
  const gone = of(10, {from: 2, to: 8});
  assert.equal(carets.over("bob", [gone])?.head, 2);
  assert.equal(carets.over("bob", [gone, of(4, {from: 0, insert: "abc"})])?.head, 5);
  assert.equal(carets.over("bob", [])?.head, 4);
});

test("an equal position is no move, and one outside of the code is clipped", () => {
  const carets = new Carets();
  carets.place("bob", at(4), 10);
  carets.place("bob", at(4), 10);
  assert.equal(carets.over("bob", [])?.moved, 1);
  carets.place("bob", at(99, -1), 10);
  assert.deepEqual(carets.over("bob", []), {...at(10, 0), moved: 2});
});
