import assert from "node:assert/strict";
import {createHash} from "node:crypto";
import {test} from "node:test";
import {RunLink} from "../../src/client/runlink";
import {digestOf} from "../../src/runs/digest";
import {press} from "../../src/runs/press";
import type {ChangedLines, Part, PressRoom, Runnable} from "../../src/runs/press";
import {Authority, Client, settle} from "../authority";
import {Schedule, steps} from "../schedule";

/** The part of a room that a press uses, of a client of the tests. */
function roomOf({replica, sync}: Client): PressRoom {
  const runs = new RunLink({replica, epoch: () => sync.epoch, send() {}});
  return {
    runs,
    get doc() {
      return replica.doc;
    },
    get state() {
      return {clientId: replica.clientId};
    },
    attach: mirror => replica.attach(mirror),
  };
}

class Outcome {
  runnable: Runnable | null = null;
  lines: ChangedLines | null = null;
  replaced = 0;
  readonly stop: () => void;

  constructor(client: Client, part: Part | null = null) {
    this.stop = press(roomOf(client), part, {
      ready: runnable => {
        assert.ok(!this.over);
        this.runnable = runnable;
      },
      changed: lines => {
        assert.ok(!this.over);
        this.lines = lines;
      },
      replaced: () => this.replaced++,
    });
  }

  get over(): boolean {
    return !!this.runnable || !!this.lines || this.replaced > 0;
  }
}

function pair(code: string): [Authority, Client, Client] {
  const room = new Authority(code);
  const [ann, bob] = [new Client(room, "ann"), new Client(room, "bob")];
  settle(ann, bob);
  return [room, ann, bob];
}

test("with nothing unsent, the version on the screen is run at once", () => {
  const [, ann] = pair("print(1)\n");
  const {runnable} = new Outcome(ann);
  assert.deepEqual(runnable, {epoch: "first", version: 0, part: null, code: "print(1)\n"});
});

test("what is unsent is waited for, and the first version that has it is run", () => {
  const [room, ann, bob] = pair("x");
  for (const letter of "abc") ann.view.type(letter);
  const pressed = new Outcome(ann);
  assert.equal(pressed.over, false);
  settle(ann, bob);
  assert.equal(room.text, "xabc");
  assert.deepEqual(pressed.runnable, {epoch: "first", version: 3, part: null, code: "xabc"});
});

test("what the person types after the press is not waited for", () => {
  const [, ann, bob] = pair("x");
  ann.view.type("a");
  const pressed = new Outcome(ann);
  for (const letter of "bcd") ann.view.type(letter);
  settle(ann, bob);
  assert.equal(ann.text, "xabcd");
  assert.deepEqual(pressed.runnable, {epoch: "first", version: 1, part: null, code: "xa"});
});

test("text that is typed after the press may be in the version, if it was sent together", () => {
  const [, ann, bob] = pair("x");
  ann.cut();
  ann.view.type("a");
  const pressed = new Outcome(ann);
  ann.view.type("b");
  settle(ann, bob);
  assert.deepEqual(pressed.runnable, {epoch: "first", version: 1, part: null, code: "xab"});
});

test("text of somebody else that arrives first stops it, and its line is named", () => {
  const [, ann, bob] = pair("one\ntwo\nthree\n");
  ann.view.type("four");
  const pressed = new Outcome(ann);
  bob.view.type("!", 11);
  settle(bob);
  settle(ann, bob);
  assert.equal(pressed.runnable, null);
  const client = bob.replica.clientId;
  assert.deepEqual(pressed.lines, {first: 3, last: 3, removed: false, client});
});

test("so does text that somebody removes, and a write of the whole file", () => {
  const [, ann, bob] = pair("one\ntwo\nthree");
  ann.view.type("4");
  let pressed = new Outcome(ann);
  bob.view.change({from: 3, to: 7});
  settle(bob);
  settle(ann, bob);
  assert.deepEqual([pressed.lines?.removed, pressed.lines?.first], [true, 1]);
  ann.view.type("5");
  pressed = new Outcome(ann);
  bob.replace("all\nnew");
  settle(bob);
  settle(ann, bob);
  assert.deepEqual([pressed.runnable, pressed.lines?.client], [null, ""]);
});

test("text of somebody else that arrives after the version changes nothing", () => {
  const [room, ann, bob] = pair("x");
  ann.view.type("a");
  const pressed = new Outcome(ann);
  ann.line?.take();
  bob.view.type("b", 0);
  bob.line?.take();
  settle(ann, bob);
  assert.equal(room.text, "bxa");
  assert.equal(pressed.runnable?.code, "xa");
});

test("a selection is run as it stands, wherever later typing moves it", () => {
  const [, ann, bob] = pair("first\nsecond\n");
  assert.deepEqual(new Outcome(ann, {from: 6, to: 12}).runnable, {
    ...{epoch: "first", version: 0, code: "second"},
    part: {from: 6, to: 12},
  });
  ann.cut();
  ann.view.type("# ", 0);
  const pressed = new Outcome(ann, {from: 8, to: 14});
  ann.view.type("z", 0);
  settle(ann, bob);
  assert.equal(pressed.runnable?.code, "second");
  assert.deepEqual(pressed.runnable?.part, {from: 9, to: 15});
});

test("a room that was made again has other versions", () => {
  const [room, ann, bob] = pair("x");
  ann.view.type("a");
  const pressed = new Outcome(ann);
  ann.cut();
  room.epoch = "second";
  room.log = [];
  settle(ann, bob);
  assert.deepEqual([pressed.runnable, pressed.lines, pressed.replaced], [null, null, 1]);
});

test("a press that was taken back reports nothing", () => {
  const [, ann, bob] = pair("x");
  ann.view.type("a");
  const pressed = new Outcome(ann);
  pressed.stop();
  settle(ann, bob);
  assert.equal(pressed.over, false);
});

test("in random histories, exactly what was on the screen is run, or nothing is", () => {
  let [ran, asked] = [0, 0];
  for (let seed = 0; seed < 60; seed++) {
    const schedule = new Schedule(seed);
    const {room} = schedule;
    const start = room.doc;
    const open: {pressed: Outcome; client: Client; from: number; screens: string[]}[] = [];
    for (let step = 0; step < steps; step++) {
      if (step % 7 === 0) {
        const client = schedule.any();
        const screens = [client.text];
        const from = client.replica.version;
        open.push({pressed: new Outcome(client), client, from, screens});
      }
      schedule.step();
      for (const each of open) each.screens.push(each.client.text);
    }
    settle(...schedule.clients);
    for (const {pressed, client, from, screens} of open) {
      assert.ok(pressed.over);
      if (!pressed.runnable) {
        asked++;
        continue;
      }
      ran++;
      const {version, code} = pressed.runnable;
      const text = room.log.slice(0, version).reduce((doc, each) => each.changes.apply(doc), start);
      assert.equal(code, text.toString());
      assert.ok(screens.includes(code));
      const others = room.log.slice(from, version).filter(({author, changes}) => {
        return author !== client.replica.clientId && !changes.empty;
      });
      assert.deepEqual(others, []);
    }
  }
  assert.ok(ran > 100 && asked > 50, `${ran} ${asked}`);
});

test("the digest is that of the server", () => {
  for (const code of ["", "print('é 😀 \u2028')\n", "x".repeat(100_000)]) {
    assert.equal(digestOf(code), createHash("sha256").update(code, "utf8").digest("hex"));
  }
});
