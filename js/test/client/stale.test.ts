/** Edits that were made far behind the head: the client reads on, rebases them and pushes again. */
import assert from "node:assert/strict";
import {test} from "node:test";
import {Authority, Client, settle} from "../authority";

/** Each character is typed, and noted for a page that comes after this one: it stays an edit. */
function typeOneByOne(client: Client, text: string): void {
  for (const character of text) {
    client.view.type(character);
    client.sync.keep();
  }
}

/** Characters that stand nowhere else, so that each is seen to be there once. */
function distinct(count: number): string {
  return String.fromCodePoint(...Array.from({length: count}, (_, i) => 0x4e00 + i));
}

function asleep(revisions: number, edits: number): {room: Authority; ann: Client; typed: string} {
  const room = new Authority("-");
  room.reach = 10_000;
  room.most = 2000;
  const [ann, bob] = [new Client(room, "ann"), new Client(room, "bob")];
  settle(ann, bob);
  ann.cut();
  const typed = distinct(edits);
  typeOneByOne(ann, typed);
  for (let i = 0; i < revisions; i++) {
    bob.view.type("b", i % 2 ? 0 : room.doc.length);
    bob.line?.take();
    bob.line?.pump();
    bob.hear();
  }
  assert.deepEqual([room.log.length, ann.sync.unsent], [revisions, edits]);
  return {room, ann, typed};
}

test("300 edits of a laptop that slept for 20,000 revisions are there once", () => {
  const {room, ann, typed} = asleep(20_000, 300);
  settle(ann);
  assert.equal(room.text, ann.text);
  assert.equal(room.text.replace(/[b-]/g, ""), typed);
  assert.equal(room.text.replace(/[^b]/g, "").length, 20_000);
  assert.deepEqual(
    [ann.sync.unsent, ann.sync.orphans.text, ann.restarts, ann.refused],
    [0, null, 0, ""],
  );
});

test("nothing is pushed until the client has read on, and then all of it at the head", () => {
  const {room, ann} = asleep(5000, 12);
  const pushed: (number | undefined)[] = [];
  room.refusal = message => {
    if (message.type === "code_change") pushed.push(message.version, message.updates?.length);
    return null;
  };
  settle(ann);
  assert.deepEqual(pushed, [0, 12, 5000, 12]);
});

test("an edit that had arrived before the laptop slept counts once", () => {
  const {room, ann, typed} = asleep(3000, 40);
  ann.connect();
  ann.line?.take();
  ann.line?.pump();
  ann.hear();
  // The server has taken the push, and its answer is lost with the line.
  room.reach = Infinity;
  ann.line?.take();
  ann.cut();
  room.reach = 10_000;
  const [first, second] = [typed, distinct(45).slice(40)];
  typeOneByOne(ann, second);
  settle(ann);
  assert.equal(room.text.replace(/[b-]/g, ""), first + second);
  assert.deepEqual([ann.text, ann.sync.unsent], [room.text, 0]);
});

test("a line that breaks while the client reads on costs no edit and doubles none", () => {
  const {room, ann, typed} = asleep(9000, 30);
  for (let i = 0; i < 4; i++) {
    ann.connect();
    while (ann.line?.up.length) ann.line.take();
    ann.line?.pump();
    while (ann.line?.down.length) ann.hear();
    ann.line?.pump();
    ann.hear();
    ann.cut();
  }
  assert.ok(ann.replica.version > 0 && ann.sync.unsent === 30);
  settle(ann);
  assert.equal(room.text.replace(/[b-]/g, ""), typed);
  assert.deepEqual([ann.text, ann.restarts], [room.text, 0]);
});

test("a whole-file write waits behind edits that are to be rebased first", () => {
  const {room, ann} = asleep(5000, 12);
  ann.replace("written");
  settle(ann);
  assert.equal(room.text, "written");
  assert.deepEqual(
    room.log.slice(-2).map(each => each.write),
    [false, true],
  );
  assert.equal(ann.text, "written");
});

test("text typed while the client catches up is sent with the rest", () => {
  const {room, ann, typed} = asleep(5000, 12);
  ann.connect();
  ann.line?.take();
  ann.hear();
  while (ann.line?.up.length) ann.line.take();
  while (ann.line?.down.length) ann.hear();
  assert.equal(ann.sync.behind, true);
  ann.view.type("z");
  assert.deepEqual(ann.line?.up, []);
  settle(ann);
  assert.equal(room.text.replace(/[b-]/g, ""), `${typed}z`);
});
