import assert from "node:assert/strict";
import {test} from "node:test";
import {Text} from "@codemirror/state";
import type {ClientMessage, ErrorCode, ServerMessage} from "../../src/wire/protocol.gen";
import {Authority, Client, settle} from "../authority";

function pair(code = ""): [Authority, Client, Client] {
  const room = new Authority(code);
  const [ann, bob] = [new Client(room, "ann"), new Client(room, "bob")];
  settle(ann, bob);
  return [room, ann, bob];
}

const refusal = (code: ErrorCode): ServerMessage => ({type: "error", code, message: `no: ${code}`});
const letters = (text: string, client: Client): void => [...text].forEach(c => client.view.type(c));
const pushes = (client: Client): ClientMessage[] => client.line?.up ?? [];

function assertAll(text: string, room: Authority, ...clients: Client[]): void {
  const shown = clients.map(each => each.text);
  assert.deepEqual([room.text, ...shown], [text, ...clients.map(() => text)]);
  for (const {sync} of clients) assert.equal(sync.unsent, 0);
}

test("text of one client appears at the other", () => {
  const [room, ann, bob] = pair("x");
  letters("ab", ann);
  settle(ann, bob);
  assertAll("xab", room, ann, bob);
});

test("both type at once, and both texts stay", () => {
  const [room, ann, bob] = pair("-");
  ann.view.type("ann", 0);
  bob.view.type("bob");
  settle(ann, bob);
  assertAll("ann-bob", room, ann, bob);
});

test("one push is on its way, and the next carries all that piled up", () => {
  const [room, ann] = pair();
  letters("abcd", ann);
  assert.deepEqual(pushes(ann), [{type: "code_change", version: 0, updates: [[[0, "a"]]]}]);
  ann.line?.take();
  ann.line?.pump();
  ann.hear();
  assert.equal(room.text, "a");
  const [next] = pushes(ann);
  assert.equal(next?.type === "code_change" && next.updates?.length, 3);
});

test("an accepted suggestion is a push of its own, with its mark", () => {
  const [room, ann, bob] = pair();
  letters("abc", ann);
  ann.view.accept("SS");
  ann.view.accept("TT");
  letters("de", ann);
  const sent: unknown[] = [];
  ann.onOutput = message => sent.push(message);
  settle(ann, bob);
  assertAll("abcSSTTde", room, ann, bob);
  const updates = (...all: unknown[]): object => ({type: "code_change", updates: all});
  assert.deepEqual(sent, [
    {...updates([1, [0, "b"]], [2, [0, "c"]]), version: 1},
    {...updates([3, [0, "SS"]], [5, [0, "TT"]]), version: 3, marks: ["suggested"]},
    {...updates([7, [0, "d"]], [8, [0, "e"]]), version: 5},
  ]);
  const marks = room.log.map(each => each.marks.join());
  assert.deepEqual(marks, ["", "", "", "suggested", "suggested", "", ""]);
});

test("edits made offline are joined, and suggestions stay apart from what was typed", () => {
  const [room, ann, bob] = pair("-");
  ann.cut();
  letters("ab", ann);
  ann.view.accept("S");
  ann.view.accept("T");
  letters("cd", ann);
  bob.view.type("bob", 0);
  settle(ann, bob);
  assertAll("bob-abSTcd", room, ann, bob);
  const marked = room.log.map(each => [each.changes.toJSON() as unknown, each.marks.join()]);
  assert.deepEqual(marked.slice(-3), [
    [[4, [0, "ab"]], ""],
    [[6, [0, "ST"]], "suggested"],
    [[8, [0, "cd"]], ""],
  ]);
});

test("a push whose answer was lost is recognised, and the next keeps its own mark", () => {
  const [room, ann, bob] = pair();
  ann.view.accept("S");
  letters("a", ann);
  ann.line?.take();
  ann.cut();
  settle(ann, bob);
  assertAll("Sa", room, ann, bob);
  assert.deepEqual(
    room.log.map(each => each.marks.join()),
    ["suggested", ""],
  );
});

test("a key pressed right after a remote update is sent at once", () => {
  const [, ann, bob] = pair();
  bob.view.type("b");
  bob.line?.take();
  ann.line?.pump();
  ann.hear();
  ann.view.type("a");
  assert.equal(pushes(ann).length, 1);
});

test("many edits are sent in slices of at most 200 edits or a quarter of a megabyte", () => {
  const [room, ann, bob] = pair();
  letters("x".repeat(450), ann);
  for (let i = 0; i < 3; i++) ann.view.type("y".repeat(200_000));
  const sizes: number[] = [];
  room.refusal = message => {
    sizes.push(message.type === "code_change" ? (message.updates?.length ?? 0) : 0);
    return null;
  };
  settle(ann, bob);
  assert.deepEqual(sizes, [1, 200, 200, 50, 1, 1]);
  assertAll("x".repeat(450) + "y".repeat(600_000), room, ann, bob);
});

test("a push that is lost with its connection is sent again", () => {
  const [room, ann, bob] = pair();
  letters("ab", ann);
  ann.cut();
  settle(ann, bob);
  assertAll("ab", room, ann, bob);
});

test("a push whose answer is lost counts once", () => {
  const [room, ann, bob] = pair();
  letters("ab", ann);
  ann.line?.take();
  ann.cut();
  letters("c", ann);
  settle(ann, bob);
  assertAll("abc", room, ann, bob);
  assert.equal(room.log.length, 2);
});

test("a push that arrives again after its connection was replaced counts once", () => {
  const [room, ann, bob] = pair();
  letters("ab", ann);
  const late = ann.line;
  ann.cut();
  bob.view.type("B", 0);
  settle(ann, bob);
  late?.take();
  letters("c", ann);
  settle(ann, bob);
  assertAll("Babc", room, ann, bob);
});

test("typing is possible while offline, and no text is lost", () => {
  const [room, ann, bob] = pair("-");
  ann.cut();
  letters("offline", ann);
  bob.view.type("online", 0);
  settle(bob);
  assert.equal(ann.sync.unsent, 7);
  settle(ann, bob);
  assertAll("online-offline", room, ann, bob);
  assert.equal(room.log.length, 2);
});

test("an edit that was sent is not joined with later ones", () => {
  const [room, ann, bob] = pair();
  letters("ab", ann);
  ann.line?.take();
  ann.cut();
  letters("cd", ann);
  settle(ann, bob);
  assertAll("abcd", room, ann, bob);
  assert.deepEqual(
    room.log.map(({changes}) => changes.newLength),
    [1, 4],
  );
});

test("undo reverts one's own text after a reconnection and edits of others", () => {
  const [room, ann, bob] = pair("-");
  ann.view.type("ann");
  settle(ann, bob);
  ann.cut();
  bob.view.type("bob ", 0);
  settle(bob);
  ann.view.undo();
  settle(ann, bob);
  assertAll("bob -", room, ann, bob);
  ann.view.redo();
  settle(ann, bob);
  assertAll("bob -ann", room, ann, bob);
});

test("a text of another history is not resumed, however often the connection is lost", () => {
  const [room, ann, bob] = pair("old");
  for (const client of [ann, bob]) client.cut();
  room.epoch = "second";
  room.doc = Text.of(["new"]);
  ann.connect();
  ann.line?.take();
  ann.hear(); // The welcome, and nothing of the room.
  ann.cut();
  ann.connect();
  const hello = {type: "hello", key: "ann", differences: true, accepted: true};
  assert.deepEqual(ann.line?.up, [hello]);
  settle(ann, bob);
  assertAll("new", room, ann, bob);
});

test("a replaced history is taken over, and text it does not have is handed out", () => {
  const [room, ann, bob] = pair("old");
  ann.cut();
  ann.view.type(" mine");
  Object.assign(room, {epoch: "second", log: [], doc: new Authority("new").doc});
  bob.cut();
  settle(ann, bob);
  assertAll("new", room, ann, bob);
  assert.deepEqual([ann.sync.orphans.text, bob.sync.orphans.text], ["old mine", null]);
  assert.match(ann.sync.orphans.patch, /\n-old\n\\ No newline at end of file\n\+old mine\n/);
});

test("a gap in the log is asked for again, and unsent text is kept", () => {
  const [room, ann, bob] = pair();
  ann.view.type("a");
  bob.view.type("b");
  settle(bob);
  ann.sync.received({type: "code_update", version: 7, updates: [["x", [3]]]});
  assert.equal(ann.restarts, 1);
  settle(ann, bob);
  assert.equal(ann.text, room.text);
  assertAll(room.text, room, ann, bob);
  assert.deepEqual([ann.sync.orphans.text, [...room.text].sort().join("")], [null, "ab"]);
});

test("after a second fault the server's text is loaded, after a sixth the client stops", () => {
  const [, ann] = pair("x");
  const wrong: ServerMessage = {type: "code_update", version: 1, updates: [["x", [99]]]};
  for (let i = 0; i < 5; i++) {
    assert.equal(ann.refused, "");
    ann.sync.received(wrong);
    ann.connect();
    assert.equal("version" in (pushes(ann)[0] ?? {}), i === 0);
    settle(ann);
  }
  ann.sync.received(wrong);
  assert.match(ann.refused, /do not agree/);
});

for (const code of ["storage", "quota"] as const) {
  test(`while the server refuses with ${code}, the push is tried again until it does not`, () => {
    triedAgain(code);
  });
}

function triedAgain(code: ErrorCode): void {
  const [room, ann, bob] = pair();
  room.refusal = () => refusal(code);
  ann.view.type("a");
  ann.line?.take();
  ann.hear();
  assert.equal(ann.sync.held?.code, "storage");
  assert.equal(ann.sync.needsNudge, true);
  ann.sync.nudge();
  assert.equal(pushes(ann).length, 1);
  assert.equal(ann.sync.held?.code, "storage");
  room.refusal = () => null;
  settle(ann, bob);
  assert.equal(ann.sync.held, null);
  assertAll("a", room, ann, bob);
}

test("a text that is too large is sent when it is shorter, without deleted text", () => {
  const [room, ann, bob] = pair("x");
  room.refusal = message => (JSON.stringify(message).length > 150 ? refusal("too_large") : null);
  ann.view.type("y".repeat(200));
  settle(ann, bob);
  assert.equal(ann.sync.held?.code, "too_large");
  ann.view.type("more");
  assert.deepEqual(pushes(ann), []);
  ann.view.change({from: 3, to: 201});
  settle(ann, bob);
  assert.equal(ann.sync.held, null);
  assertAll("xyymore", room, ann, bob);
});

test("a change the server cannot read ends in refusal, with the text handed out", () => {
  const [room, ann, bob] = pair("x");
  room.refusal = () => refusal("bad_change");
  ann.view.type("y");
  settle(ann, bob);
  assert.deepEqual([ann.refused, ann.sync.orphans.text], ["no: bad_change", "xy"]);
  room.refusal = () => null;
  ann.refused = "";
  ann.sync.retry();
  settle(ann, bob);
  assertAll("x", room, ann, bob);
  assert.equal(ann.sync.orphans.text, "xy");
});

test("a person who may only read gets the room's text and a copy of the own one", () => {
  const [room, ann, bob] = pair("x");
  room.refusal = () => refusal("forbidden");
  ann.view.type("y");
  settle(ann);
  assert.deepEqual(
    [ann.text, ann.sync.orphans.text, ann.sync.held?.code],
    ["x", "xy", "forbidden"],
  );
  room.refusal = () => null;
  bob.view.type("b");
  settle(ann, bob);
  assertAll("xb", room, ann, bob);
});
