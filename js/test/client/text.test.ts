import assert from "node:assert/strict";
import {test} from "node:test";
import {ChangeSet} from "@codemirror/state";
import {clean, cleanChange, smallestChange, toText} from "../../src/client/text";

const between = (before: string, after: string): unknown =>
  smallestChange(toText(before), toText(after)).toJSON();

test("a storable text is left as it is", () => {
  assert.equal(clean("a\n😀\tä"), "a\n😀\tä");
});

test("line ends become one kind, NUL is removed, a lone surrogate is replaced", () => {
  assert.equal(clean("a\r\nb\rc\0d\ud83de\ude00😀"), "a\nb\ncd\ufffde\ufffd😀");
});

test("the smallest change keeps what is equal at both ends", () => {
  assert.deepEqual(between("abcd", "abXcd"), [2, [0, "X"], 2]);
  assert.deepEqual(between("aaa", "aa"), [2, [1]]);
  assert.deepEqual(between("aa", "aaa"), [2, [0, "a"]]);
  assert.deepEqual(between("a\nb", "a\nc\nb"), [2, [0, "c", ""], 1]);
  assert.deepEqual(between("", "x"), [[0, "x"]]);
  assert.deepEqual(between("x", ""), [[1]]);
  assert.deepEqual(between("x", "x"), [1]);
});

test("the smallest change splits no character with an equal half", () => {
  assert.deepEqual(between("😀", "😁"), [[2, "😁"]]);
  assert.deepEqual(between("a\u{1f600}b", "a\u{1fa00}b"), [1, [2, "\u{1fa00}"], 1]);
});

test("a clean change is returned as the same object", () => {
  const doc = toText("ab😀");
  const changes = ChangeSet.of({from: 1, insert: "x😀"}, doc.length);
  assert.equal(cleanChange(changes, doc), changes);
});

test("a change that swaps half a character becomes one of the whole character", () => {
  const doc = toText("a😀b");
  const changes = ChangeSet.of({from: 2, to: 3, insert: "😁"[1] ?? ""}, doc.length);
  assert.deepEqual(cleanChange(changes, doc).toJSON(), [1, [2, "😁"], 1]);
});

test("a change that deletes half a character leaves a replacement character", () => {
  const doc = toText("a😀b");
  for (const from of [1, 2]) {
    const changes = ChangeSet.of({from, to: from + 1}, doc.length);
    assert.deepEqual(cleanChange(changes, doc).toJSON(), [1, [2, "\ufffd"], 1]);
  }
});

test("an insertion inside a character replaces both halves", () => {
  const doc = toText("😀");
  const changes = ChangeSet.of({from: 1, insert: "x"}, doc.length);
  assert.deepEqual(cleanChange(changes, doc).toJSON(), [[2, "\ufffdx\ufffd"]]);
});
