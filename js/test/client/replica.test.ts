import assert from "node:assert/strict";
import {test} from "node:test";
import {ChangeSet} from "@codemirror/state";
import {LogGap, Replica} from "../../src/client/replica";
import {View} from "../mirror";

function replica(code: string, version = 0): Replica {
  const made = new Replica();
  made.clientId = "ann";
  made.reset(code, version);
  return made;
}

test("views of one replica show the same, whichever was typed in", () => {
  const room = replica("ab");
  const [left, right] = [new View(room), new View(room)];
  left.type("1", 0);
  right.type("2");
  assert.deepEqual([left.text, right.text, room.doc.toString()], ["1ab2", "1ab2", "1ab2"]);
  assert.equal(room.unsent, 2);
});

test("a remote edit moves under unconfirmed ones, and both stay", () => {
  const room = replica("ab");
  const view = new View(room);
  view.type("X", 1);
  const receipt = room.receive([["bob", [[0, "> "], 2]]], 1);
  assert.deepEqual(receipt, {confirmed: 0, lost: null});
  assert.equal(view.text, "> aXb");
  assert.deepEqual(room.sendable()[0]?.toJSON(), [3, [0, "X"], 1]);
});

test("its own updates coming back confirm and are not applied again", () => {
  const room = replica("ab");
  const view = new View(room);
  view.type("1");
  view.type("2");
  const own = room.sendable().map(changes => changes.toJSON() as unknown);
  const receipt = room.receive(
    [
      ["bob", [[0, "> "], 2]],
      ["ann", [4, [0, "1"]]],
    ],
    2,
  );
  assert.equal(own.length, 2);
  assert.equal(receipt.confirmed, 1);
  assert.equal(view.text, "> ab12");
  assert.equal(room.unsent, 1);
});

test("the short word `saved` confirms as many edits as the version moved on", () => {
  const room = replica("", 7);
  const view = new View(room);
  for (const letter of "abc") view.type(letter);
  assert.equal(room.confirmed(9).confirmed, 2);
  assert.deepEqual([room.version, room.unsent, view.text], [9, 1, "abc"]);
  assert.throws(() => room.confirmed(12), LogGap);
  assert.throws(() => room.confirmed(8), LogGap);
});

test("a whole-file write under its own id confirms no edit", () => {
  const room = replica("old");
  const view = new View(room);
  view.type("!");
  const receipt = room.receive([["ann", [[3, "new"]], 1]], 1);
  assert.equal(receipt.confirmed, 0);
  assert.equal(view.text, "new!");
  assert.equal(room.unsent, 1);
});

test("revisions that are known are skipped, and missing ones are refused", () => {
  const room = replica("a", 3);
  room.receive(
    [
      ["bob", [1, [0, "b"]]],
      ["bob", [2, [0, "c"]]],
    ],
    5,
  );
  room.receive(
    [
      ["bob", [2, [0, "c"]]],
      ["bob", [3, [0, "d"]]],
    ],
    6,
  );
  assert.equal(room.doc.toString(), "abcd");
  assert.throws(() => room.receive([["bob", [5, [0, "x"]]]], 8), LogGap);
});

test("a revision that does not fit changes nothing", () => {
  const room = replica("a", 3);
  const view = new View(room);
  view.type("!");
  assert.throws(
    () =>
      room.receive(
        [
          ["bob", [1, [0, "b"]]],
          ["bob", [9]],
        ],
        5,
      ),
    RangeError,
  );
  assert.deepEqual([room.version, room.unsent, view.text], [3, 1, "a!"]);
});

test("a reset returns the text with unconfirmed edits", () => {
  const room = replica("ab");
  const view = new View(room);
  assert.equal(room.reset("ac", 9), null);
  view.type("!");
  assert.equal(room.reset("new", 1)?.text, "ac!");
  assert.deepEqual([view.text, room.unsent, room.version], ["new", 0, 1]);
});

test("discarded edits are removed from the views and returned", () => {
  const room = replica("ab", 2);
  const view = new View(room);
  view.type("!");
  assert.equal(room.discard()?.text, "ab!");
  assert.deepEqual([view.text, room.version, room.unsent], ["ab", 2, 0]);
  assert.equal(room.discard(), null);
});

test("compacting makes one edit of many, and none of text that went again", () => {
  const room = replica("ab");
  const view = new View(room);
  view.type("long");
  view.type("er", 0);
  room.compact();
  assert.deepEqual(
    room.sendable().map(each => each.toJSON() as unknown),
    [[[0, "er"], 2, [0, "long"]]],
  );
  view.change([
    {from: 0, to: 2},
    {from: 4, to: 8},
  ]);
  assert.equal(room.compact(), 0);
  assert.deepEqual([room.unsent, view.text], [0, "ab"]);
});

test("compacting joins no suggestion with what was typed", () => {
  const room = replica("");
  const view = new View(room);
  view.type("a");
  view.type("b");
  view.accept("S");
  view.accept("T");
  view.type("c");
  assert.equal(room.compact(), 3);
  assert.deepEqual(
    room.ownEdits().map(({changes, marks}) => [changes.toJSON() as unknown, ...marks]),
    [[[[0, "ab"]]], [[2, [0, "ST"]], "suggested"], [[4, [0, "c"]]]],
  );
});

test("compacting does not change edits before its range", () => {
  const room = replica("");
  const view = new View(room);
  for (const letter of "abcde") view.type(letter);
  assert.equal(room.compact(1, 4), 1);
  const changes = room.sendable().map(each => each.toJSON() as unknown);
  assert.deepEqual(changes, [[[0, "a"]], [1, [0, "bcd"]], [4, [0, "e"]]]);
  assert.equal(view.text, "abcde");
});

test("compacting makes no edit of very many parts", () => {
  const room = replica("x".repeat(2000));
  const view = new View(room);
  for (let i = 0; i < 1000; i++) view.type("y", 3 * i + 1);
  assert.equal(room.compact(), 3);
  assert.equal(room.doc.toString(), view.text);
});

test("where the log makes another text than is shown, the log is right", () => {
  const room = replica("ab");
  const view = new View(room);
  view.type("!");
  const receipt = room.receive([["ann", [2, [0, "?"]]]], 1);
  assert.equal(receipt.lost?.text, "ab!");
  assert.match(receipt.lost.patch, /^-ab\?\n.*\n\+ab!\n/m);
  assert.equal(view.text, "ab?");
});

test("text that cannot be stored is corrected in every view", () => {
  const room = replica("ab");
  const [left, right] = [new View(room), new View(room)];
  left.type("x\0\ud83dy", 1);
  assert.deepEqual([left.text, right.text], ["ax\ufffdyb", "ax\ufffdyb"]);
  assert.deepEqual(room.sendable()[0]?.toJSON(), [1, [0, "x\ufffdy"], 1]);
});

test("an edit in very many places is sent as one replacement", () => {
  const room = replica("ab".repeat(3000));
  const view = new View(room);
  view.change(Array.from({length: 3000}, (_, i) => ({from: 2 * i, to: 2 * i + 1, insert: "x"})));
  assert.equal(view.text, "xb".repeat(3000));
  assert.equal(room.doc.toString(), view.text);
  assert.deepEqual(room.sendable()[0]?.toJSON(), [[5999, `${"xb".repeat(2999)}x`], 1]);
});

test("undo reverts one's own edit and not another's", () => {
  const room = replica("ab");
  const view = new View(room);
  view.type("mine ", 0);
  room.receive([["bob", [2, [0, " theirs"]]]], 1);
  view.undo();
  assert.equal(view.text, "ab theirs");
  view.redo();
  assert.equal(view.text, "mine ab theirs");
});

test("an edit against another text than the replica's is refused", () => {
  const room = replica("ab");
  assert.throws(() => room.edit(ChangeSet.of({from: 0, insert: "x"}, 5), null), RangeError);
});

test("listeners are called for each change of the code until they leave", () => {
  const room = replica("a");
  const heard: string[] = [];
  const leave = room.onCode(doc => heard.push(doc.toString()));
  room.receive([["bob", [1, [0, "b"]]]], 1);
  new View(room).type("c");
  room.confirmed(2);
  leave();
  room.reset("other", 9);
  assert.deepEqual(heard, ["ab", "abc"]);
});

test("splitting the oldest edit keeps the text, the others and the marks", () => {
  const room = replica("abcd");
  const view = new View(room);
  const several = [
    {from: 0, to: 1, insert: "A😀"},
    {from: 3, to: 4, insert: "D"},
  ];
  room.edit(ChangeSet.of(several, 4), null, ["suggested"]);
  view.type("> ", 0);
  assert.equal(room.split(2), true);
  assert.deepEqual(
    room.ownEdits().map(({changes, marks}) => [changes.toJSON() as unknown, ...marks]),
    [[[[1, "A😀"], 3], "suggested"], [[5, [1, "D"]], "suggested"], [[[0, "> "], 6]]],
  );
  assert.deepEqual([view.text, room.unsent, room.splits], ["> A😀bcD", 3, 1]);
  assert.equal(room.split(2), false);
  assert.equal(room.splits, 1);
});

test("the parts of an edit are confirmed apart from each other", () => {
  const room = replica("abcd");
  const view = new View(room);
  view.change([
    {from: 0, to: 1, insert: "A"},
    {from: 3, to: 4, insert: "D"},
  ]);
  room.split(2);
  const receipt = room.receive(
    [
      ["ann", [[1, "A"], 3]],
      ["bob", [2, [0, "-"], 2]],
    ],
    2,
  );
  assert.deepEqual(receipt, {confirmed: 1, lost: null});
  assert.deepEqual([view.text, room.stored.toString(), room.unsent], ["Ab-cD", "Ab-cd", 1]);
  assert.deepEqual(room.confirmed(3), {confirmed: 1, lost: null});
  assert.equal(view.text, "Ab-cD");
});
