import assert from "node:assert/strict";
import {test} from "node:test";
import {Authority, Client, settle} from "../authority";
import {View} from "../mirror";

function pair(code = ""): [Authority, Client, Client] {
  const room = new Authority(code);
  const [ann, bob] = [new Client(room, "ann"), new Client(room, "bob")];
  settle(ann, bob);
  return [room, ann, bob];
}

function assertAll(text: string, room: Authority, ...clients: Client[]): void {
  const shown = clients.map(each => each.text);
  assert.deepEqual([room.text, ...shown], [text, ...clients.map(() => text)]);
  for (const {sync} of clients) assert.equal(sync.unsent, 0);
}

const writes = (room: Authority): number => room.log.filter(each => each.write).length;

test("the last write wins, and the writer sees it too", () => {
  const [room, ann, bob] = pair("x");
  ann.replace("ann\r\nwrote");
  bob.replace("bob wrote");
  settle(ann, bob);
  assertAll("bob wrote", room, ann, bob);
});

test("edits made before a write go first, and those made after it stay", () => {
  const [room, ann, bob] = pair("one");
  ann.cut();
  ann.view.type(" before");
  ann.replace("new");
  ann.view.type("! ", 0);
  settle(ann, bob);
  assertAll("! new", room, ann, bob);
  assert.deepEqual(
    room.log.map(each => each.write),
    [false, true, false],
  );
});

test("a write that changes nothing is answered and makes no revision", () => {
  const [room, ann, bob] = pair("same");
  ann.replace("same");
  settle(ann, bob);
  assertAll("same", room, ann, bob);
  assert.equal(room.log.length, 0);
});

test("a write that another person made first is answered by that one's revision", () => {
  const [room, ann, bob] = pair("x");
  bob.replace("same");
  bob.line?.take();
  ann.replace("same");
  settle(ann, bob);
  assertAll("same", room, ann, bob);
  assert.equal(room.log.length, 1);
});

test("offline, the newest write counts", () => {
  const [room, ann, bob] = pair("x");
  ann.cut();
  ann.replace("first");
  ann.replace("second");
  settle(ann, bob);
  assertAll("second", room, ann, bob);
  assert.equal(writes(room), 1);
});

test("a write that was lost is sent again", () => {
  const [room, ann, bob] = pair("x");
  ann.replace("new");
  ann.cut();
  settle(ann, bob);
  assertAll("new", room, ann, bob);
});

test("a write whose answer was lost does not overwrite later edits", () => {
  const [room, ann, bob] = pair("x");
  ann.replace("new");
  ann.line?.take();
  ann.cut();
  settle(bob);
  bob.view.type(" and bob");
  settle(bob);
  settle(ann, bob);
  assertAll("new and bob", room, ann, bob);
  assert.equal(writes(room), 1);
});

test("a write that was carried out is not carried out again after a lost history", () => {
  const [room, ann, bob] = pair("x");
  ann.replace("new");
  ann.line?.take();
  ann.cut();
  settle(bob);
  bob.view.type(" and bob");
  settle(bob);
  room.epoch = "second"; // Ann begins anew and sees no revision of hers.
  settle(ann, bob);
  assertAll("new and bob", room, ann, bob);
  assert.equal(writes(room), 1);
});

test("a write that another page of the same writer has sent is not carried out again", () => {
  const [room, ann, bob] = pair("x");
  ann.cut();
  for (const page of [ann, bob]) page.sync.replace("v1", ["kernel", 1]);
  settle(bob);
  bob.view.type(" and 77 keys");
  settle(bob);
  settle(ann, bob);
  assertAll("v1 and 77 keys", room, ann, bob);
  assert.equal(writes(room), 1);
});

test("of two pages the last write of their writer counts, whatever each has left out", () => {
  const [room, ann, bob] = pair("x");
  ann.sync.replace("v1", ["kernel", 1]);
  bob.sync.replace("v1", ["kernel", 1]);
  for (const number of [2, 3]) ann.sync.replace(`v${number}`, ["kernel", number]);
  bob.sync.replace("v2", ["kernel", 2]);
  settle(ann);
  settle(ann, bob);
  assertAll("v3", room, ann, bob);
  assert.equal(writes(room), 2);
});

test("an answer to an earlier write does not answer a later one", () => {
  const [, ann] = pair("x");
  ann.replace("new");
  ann.sync.received({type: "saved", version: 0, id: ["writer_ann", 0]});
  ann.sync.received({type: "saved", version: 0, id: ["another one", 1]});
  assert.equal(ann.sync.unsent, 1);
  ann.sync.received({type: "saved", version: 0, id: ["writer_ann", 1]});
  assert.equal(ann.sync.unsent, 0);
});

test("a write is answered although somebody types between it and the answer", () => {
  const [room, ann, bob] = pair("same");
  ann.replace("same");
  ann.line?.take();
  bob.view.type("!");
  settle(bob);
  settle(ann, bob);
  assertAll("same!", room, ann, bob);
  assert.equal(ann.restarts, 0);
});

test("a write that is too large is offered with a message, and edits continue", () => {
  const [room, ann, bob] = pair("x");
  room.refusal = message =>
    message.type === "code_change" && message.code !== undefined
      ? {type: "error", code: "too_large", message: "too much"}
      : null;
  ann.replace("huge");
  settle(ann, bob);
  assert.deepEqual([ann.sync.notice, ann.sync.held], ["too much", null]);
  assert.equal(ann.sync.orphans.text, "huge");
  ann.view.type("y");
  settle(ann, bob);
  assert.equal(ann.sync.notice, "");
  assertAll("xy", room, ann, bob);
});

test("a write overtakes edits that are held for their size", () => {
  const [room, ann, bob] = pair("x");
  room.refusal = message =>
    JSON.stringify(message).length > 200
      ? {type: "error", code: "too_large", message: "too much"}
      : null;
  ann.view.type("y".repeat(300));
  settle(ann, bob);
  ann.replace("small");
  settle(ann, bob);
  assert.equal(room.text, "small");
  ann.view.undo();
  settle(ann, bob);
  assertAll("small", room, ann, bob);
});

test("a write without the right is offered for copying and not sent later", () => {
  const [room, ann, bob] = pair("x");
  ann.sync.received({type: "role", role: "view"});
  ann.replace("stale\r\n");
  assert.deepEqual(
    [ann.sync.orphans.text, ann.sync.orphans.patch, ann.sync.unsent],
    ["stale\n", "", 0],
  );
  bob.view.type("b");
  ann.sync.received({type: "role", role: "edit"});
  settle(ann, bob);
  assertAll("xb", room, ann, bob);
  assert.equal(writes(room), 0);
});

test("a write that the server forbids is handed out, and so is the next one", () => {
  const [room, ann, bob] = pair("x");
  room.refusal = () => ({type: "error", code: "forbidden", message: "no"});
  ann.view.type("y");
  settle(ann);
  const {patch} = ann.sync.orphans;
  assert.match(patch, /xy/);
  ann.sync.retry();
  ann.replace("first");
  settle(ann);
  const offered = () => [ann.sync.orphans.text, ann.sync.orphans.patch];
  assert.deepEqual([...offered(), ann.text], ["xy\n\nfirst", patch, "x"]);
  ann.replace("second");
  assert.deepEqual([...offered(), ann.sync.unsent], ["xy\n\nsecond", patch, 0]);
  room.refusal = () => null;
  ann.sync.received({type: "role", role: "edit"});
  settle(ann, bob);
  assertAll("x", room, ann, bob);
});

for (const code of ["bad_change", "forbidden"] as const) {
  test(`edits and a write that waits behind them are both offered after ${code}`, () => {
    const [room, ann] = pair("x");
    room.refusal = () => ({type: "error", code, message: "no"});
    ann.view.type("y");
    ann.replace("written\n");
    settle(ann);
    assert.equal(ann.sync.orphans.text, "xy\n\nwritten\n");
  });
}

test("a write is offered when the connection has ended for good, once", () => {
  const [, ann] = pair("x");
  ann.sync.closed();
  ann.replace("written\n");
  ann.sync.abandon();
  ann.sync.abandon();
  assert.equal(ann.sync.orphans.text, "written\n");
});

test("undo reverts nothing from before a write, and no part of it", () => {
  const inputs: [before: string, typed: string, written: string][] = [
    ["", "x=1", "x = 1\n"],
    ["def f():\n", "    return  a", "def f():\n    return a + b\n"],
    ["a\n", "b\nc", "b\nc\na\n"],
    ["# one\n", "two", ""],
  ];
  for (const [before, typed, written] of inputs) {
    for (const writer of ["ann", "bob"]) {
      const [room, ann, bob] = pair(before);
      for (const character of typed) ann.view.type(character);
      settle(ann, bob);
      (writer === "ann" ? ann : bob).replace(written);
      settle(ann, bob);
      ann.view.undo();
      ann.view.redo();
      settle(ann, bob);
      assertAll(written, room, ann, bob);
    }
  }
});

test("undo after a write reverts text typed since", () => {
  const [room, ann, bob] = pair();
  ann.view.type("x=1");
  settle(ann, bob);
  bob.replace("x = 1\n");
  settle(ann, bob);
  ann.view.type("y");
  ann.view.undo();
  ann.view.undo();
  settle(ann, bob);
  assertAll("x = 1\n", room, ann, bob);
});

test("edits that were unsent when a write arrived stay, and undo forgets them with the rest", () => {
  const [room, ann, bob] = pair("x");
  ann.cut();
  ann.view.type("1");
  ann.view.type("2");
  bob.replace("bob wrote");
  settle(bob);
  settle(ann, bob);
  assertAll("bob wrote12", room, ann, bob);
  ann.view.undo();
  settle(ann, bob);
  assertAll("bob wrote12", room, ann, bob);
});

test("a write leaves the undo history of another view of its client empty, too", () => {
  const [room, ann, bob] = pair();
  const second = new View(ann.replica);
  second.type("x=1");
  settle(ann, bob);
  ann.replace("x = 1\n");
  settle(ann, bob);
  second.undo();
  settle(ann, bob);
  assertAll("x = 1\n", room, ann, bob);
  assert.equal(second.text, "x = 1\n");
});
