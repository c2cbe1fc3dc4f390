import assert from "node:assert/strict";
import {test} from "node:test";
import {ChangeSet} from "@codemirror/state";
import type {Text} from "@codemirror/state";
import {clean, cleanChange, halves, smallestChange, toText} from "../../src/client/text";
import {seeded} from "../random";

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

test("a change is split at kept text, and one of one place not at all", () => {
  const split = (json: unknown, most: number): unknown =>
    halves(ChangeSet.fromJSON(json), most)?.map(each => each.toJSON() as unknown);
  const whole = [2, [0, "a"], 3, [1], 4, [2, "b"]];
  assert.deepEqual(split(whole, 4), [
    [2, [0, "a"], 10],
    [6, [1], 4, [2, "b"]],
  ]);
  assert.deepEqual(split(whole, 5), [
    [2, [0, "a"], 3, [1], 6],
    [10, [2, "b"]],
  ]);
  assert.deepEqual(split([[0, "a"], [1], 3, [0, "b"]], 1), [
    [[0, "a"], [1], 3],
    [4, [0, "b"]],
  ]);
  for (const one of [[], [5], [2, [0, "a"], 3], [[2, "a"]], [1, [0, "a"], [1], 3]])
    assert.equal(split(one, 2), undefined);
});

const below = seeded(7);
const word = (): string =>
  Array.from({length: below(9)}, () => ["a", "😀", "\n", "äb"][below(4)]).join("");

/** Edits of a text, made one after the other and composed. */
function randomEdits(before: Text): ChangeSet {
  let [text, sum] = [before, ChangeSet.empty(before.length)];
  for (let i = below(6); i >= 0; i--) {
    const from = below(text.length + 1);
    const to = Math.min(text.length, from + below(4));
    const edit = cleanChange(ChangeSet.of({from, to, insert: toText(word())}, text.length), text);
    [text, sum] = [edit.apply(text), sum.compose(edit)];
  }
  return sum;
}

test("the parts of a change have its effect and split no character", () => {
  let splits = 0;
  for (let i = 0; i < 500; i++) {
    const before = toText(word() + word() + word());
    const changes = randomEdits(before);
    const most = 1 + below(8);
    const parts: ChangeSet[] = [];
    let [text, rest] = [before, changes];
    for (let two = halves(rest, most); two; two = halves(rest, most)) {
      const [first, second] = two;
      assert.ok((first.toJSON() as unknown[]).length <= most || !halves(first, 1));
      assert.equal(cleanChange(first, text), first);
      assert.ok(!first.empty && !second.empty);
      text = first.apply(text);
      parts.push(first);
      rest = second;
      splits++;
    }
    assert.equal(cleanChange(rest, text), rest);
    assert.ok(rest.apply(text).eq(changes.apply(before)));
    const sum = [...parts, rest].reduce((all, next) => all.compose(next));
    assert.deepEqual(sum.toJSON(), changes.toJSON());
  }
  assert.ok(splits > 300, `${splits} splits`);
});
