/** Edits that were made far behind the head: the client reads on, rebases them and pushes again. */
import assert from "node:assert/strict";
import {test} from "node:test";
import {ChangeSet} from "@codemirror/state";
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

/** The version and the number of edits of each push from now on. */
function pushesTo(room: Authority): (number | undefined)[] {
  const pushed: (number | undefined)[] = [];
  room.refusal = message => {
    if (message.type === "code_change") pushed.push(message.version, message.updates?.length);
    return null;
  };
  return pushed;
}

test("nothing is pushed until the client has read on, and then all of it at the head", () => {
  const {room, ann} = asleep(5000, 12);
  const pushed = pushesTo(room);
  settle(ann);
  assert.deepEqual(pushed, [0, 12, 5000, 6, 5006, 6]);
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

/** A room in which 150 revisions come in each round trip of a client, and that client. */
class Crowd {
  readonly room: Authority;
  readonly ann: Client;
  /** The parts of the edits of each push. */
  readonly pushed: (number[] | undefined)[] = [];
  rounds = 0;
  private readonly bob: Client;

  constructor(places = 500) {
    this.room = new Authority("foo\n".repeat(places));
    [this.ann, this.bob] = [new Client(this.room, "ann"), new Client(this.room, "bob")];
    settle(this.ann, this.bob);
    this.room.reach = 100_000;
    this.ann.onOutput = output => {
      if (typeof output === "object" && output.type === "code_change")
        this.pushed.push(output.updates?.map(each => each.length));
    };
    this.ann.view.change(Array.from({length: places}, (_, i) => this.place(i)));
  }

  /** What was sent arrives after 150 revisions, and all that the server sends. */
  roundTrip(): void {
    this.rounds++;
    for (let i = 0; i < 150; i++) {
      const {length} = this.room.doc;
      this.room.push("bob", this.room.log.length, [
        ChangeSet.of({from: length, insert: "-"}, length),
      ]);
    }
    const {line} = this.ann;
    while (line?.up.length) line.take();
    for (let news = true; news;) {
      line?.pump();
      news = Boolean(line?.down.length);
      while (line?.down.length) this.ann.hear();
    }
  }

  settle(): void {
    while (this.ann.sync.unsent && this.rounds < 50) this.roundTrip();
    const {sync, restarts, refused} = this.ann;
    assert.deepEqual([sync.unsent, sync.orphans.text, restarts, refused], [0, null, 0, ""]);
    assert.ok(this.ann.text === this.room.text);
  }

  private place(line: number): {from: number; to: number; insert: string} {
    return {from: 4 * line, to: 4 * line + 3, insert: "barbar"};
  }
}

test("500 replacements are stored while 150 revisions come in a round trip", () => {
  const crowd = new Crowd();
  crowd.settle();
  assert.ok(crowd.rounds <= 5, `${crowd.rounds} round trips`);
  assert.equal(crowd.room.text.replaceAll("-", ""), "barbar\n".repeat(500));
  assert.deepEqual(crowd.pushed, [[1000], [500], [501]]);
});

test("a write waits for all parts of the edit before it, and an edit after it for the write", () => {
  const crowd = new Crowd();
  crowd.ann.replace("whole\n");
  crowd.ann.view.type("> ", 0);
  crowd.settle();
  const own = crowd.room.log.filter(each => each.author !== "bob");
  assert.deepEqual(
    own.map(each => each.write),
    [false, false, true, false],
  );
  assert.match(crowd.room.text, /^> whole\n-*$/);
});

test("what is undone while only a part of it is stored is all gone", () => {
  const crowd = new Crowd();
  crowd.roundTrip();
  crowd.roundTrip();
  assert.deepEqual([crowd.ann.sync.unsent, crowd.room.text.split("barbar").length], [1, 251]);
  crowd.ann.view.undo();
  crowd.settle();
  assert.equal(crowd.room.text.replaceAll("-", ""), "foo\n".repeat(500));
});

test("a refused push is halved, and each stored one doubles the next", () => {
  const crowd = new Crowd();
  crowd.room.reach = 30_000;
  crowd.settle();
  const parts = crowd.pushed.map(each => each?.reduce((sum, next) => sum + next, 0));
  assert.deepEqual(
    parts,
    [1000, 500, 250, 124, 127, 251, 125, 127, 499, 249, 123, 127, 254, 127, 128],
  );
});

test("an edit that the log may have is not split, however often it is refused", () => {
  const crowd = new Crowd();
  crowd.ann.cut();
  crowd.ann.connect();
  for (let i = 0; i < 5; i++) crowd.roundTrip();
  assert.deepEqual(crowd.pushed.slice(1), Array(5).fill([1000]));
  assert.equal(crowd.ann.sync.unsent, 1);
  crowd.room.reach = Infinity;
  crowd.settle();
  assert.equal(crowd.room.text.replaceAll("-", ""), "barbar\n".repeat(500));
});

test("an edit of which a part is too large is sent whole when the text is shorter", () => {
  const crowd = new Crowd();
  crowd.roundTrip();
  crowd.room.refusal = () => ({type: "error", code: "too_large", message: "Too large."});
  crowd.roundTrip();
  crowd.room.refusal = () => null;
  const {length} = crowd.ann.text;
  crowd.ann.view.change({from: length - 200, to: length});
  assert.deepEqual(crowd.pushed, [[1000], [500], [1000, 2]]);
});

/** A client whose lost push has arrived, and whose second push of the same edit is refused late. */
function refusedLate(missed: number): {room: Authority; ann: Client} {
  const room = new Authority("foo\n".repeat(20));
  const ann = new Client(room, "ann");
  settle(ann);
  ann.view.type("x");
  const late = ann.line;
  ann.cut();
  ann.connect();
  late?.take();
  ann.line?.take();
  ann.hear();
  ann.line?.pump();
  ann.hear();
  assert.deepEqual([ann.replica.version, ann.sync.unsent, ann.line?.up.length], [1, 0, 1]);
  const {length} = room.doc;
  for (let i = 0; i < missed; i++)
    room.push("bob", 1 + i, [ChangeSet.of({from: 0, insert: "-"}, length + i)]);
  room.reach = 0;
  ann.line?.take();
  room.reach = Infinity;
  assert.equal(ann.line?.down[0]?.type, "error");
  // Meanwhile the next edit has been sent.
  ann.view.change(Array.from({length: 20}, (_, i) => ({from: 4 * i, insert: "y"})));
  return {room, ann};
}

for (const missed of [0, 3]) {
  test(`a refusal of a push that the log has, ${missed} behind, is of no later edit`, () => {
    const {room, ann} = refusedLate(missed);
    ann.hear();
    assert.equal(ann.sync.behind, missed > 0);
    settle(ann);
    assert.equal(room.text.replaceAll("-", ""), `${"yfoo\n".repeat(20)}x`);
    assert.deepEqual([ann.text, ann.sync.orphans.text, ann.restarts], [room.text, null, 0]);
    assert.equal(room.log.length, 2 + missed);
  });
}
