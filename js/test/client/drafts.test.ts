import assert from "node:assert/strict";
import {test} from "node:test";
import {ChangeSet} from "@codemirror/state";
import {openRoom} from "../../src/client/room";
import {Authority, Line} from "../authority";
import {FakeEdge, FakeShelf, json, promises} from "../edge";
import {View} from "../mirror";

let pages = 0;

/** A page of a tab, with its line to a room. */
class Page {
  readonly edge = new FakeEdge();
  readonly room;
  readonly view;
  private line: Line | null = null;
  private taken = 0;

  constructor(
    readonly authority: Authority,
    readonly tab: FakeShelf,
    ensure = false,
  ) {
    this.edge.tab = tab;
    this.edge.secret = `a-secret-of-page-number-${++pages}`;
    this.edge.answers.push(json(200, {}));
    this.room = openRoom({baseUrl: "/", roomId: "r", edge: this.edge, ...(ensure && {ensure: {}})});
    this.view = new View(this.room);
  }

  get text(): string {
    return this.room.doc.toString();
  }

  /** Connect, and move every frame until nothing moves any more. */
  async settle(): Promise<this> {
    await promises();
    this.line = new Line(this.authority);
    this.taken = 0;
    this.edge.socket.open();
    this.move();
    return this;
  }

  move(times = 9): void {
    for (let left = times; left && this.line; left--) {
      this.send();
      this.line.pump();
      for (const message of this.line.down.splice(0)) this.edge.socket.hear(message);
    }
  }

  /** What was sent arrives, and no answer comes. */
  send(): void {
    this.line?.up.push(...this.edge.socket.sent.slice(this.taken));
    this.taken = this.edge.socket.sent.length;
    while (this.line?.up.length) this.line.take();
  }

  type(text: string): void {
    for (const letter of text) this.view.type(letter);
  }

  /** The browser takes the page away. */
  async hide(): Promise<void> {
    this.tab.hide();
    this.room.close();
    await promises();
  }
}

async function typing(code = "x") {
  const authority = new Authority(code);
  const tab = new FakeShelf();
  const page = await new Page(authority, tab).settle();
  return {authority, tab, page};
}

test("edits that were not sent yet are there after a reload, and go to the room once", async () => {
  const {authority, tab, page} = await typing();
  page.edge.socket.end(1006);
  page.type("abc");
  await page.hide();
  const next = new Page(authority, tab);
  await promises();
  assert.deepEqual(
    [next.text, next.room.state.unsent, next.room.state.editable],
    ["xabc", 1, true],
  );
  await next.settle();
  assert.deepEqual([authority.text, next.text, next.room.state.status], ["xabc", "xabc", "live"]);
  assert.deepEqual([authority.log.length, tab.items.size], [1, 0]);
});

test("after a reload, a suggestion that was accepted and not sent keeps its mark", async () => {
  const {authority, tab, page} = await typing();
  page.edge.socket.end(1006);
  page.type("ab");
  page.view.accept("SS");
  await page.hide();
  const next = await new Page(authority, tab).settle();
  assert.deepEqual([authority.text, next.text], ["xabSS", "xabSS"]);
  assert.deepEqual(
    authority.log.map(each => each.marks.join()),
    ["", "suggested"],
  );
});

test("edits that arrived without an answer before the reload count once", async () => {
  const {authority, tab, page} = await typing();
  page.type("ab");
  page.send();
  page.type("c");
  authority.write("bob", `bob ${authority.text}`, ["bob", 1]);
  await page.hide();
  assert.equal(authority.text, "bob xa");
  const next = await new Page(authority, tab).settle();
  assert.deepEqual(
    [authority.text, next.text, next.room.state.unsent],
    ["bob xabc", "bob xabc", 0],
  );
  assert.deepEqual([next.room.state.orphan, tab.items.size], [null, 0]);
});

test("stored edits are not joined any more, so that an old copy repeats none", async () => {
  const {authority, tab, page} = await typing();
  page.edge.socket.end(1006);
  page.type("abc");
  page.edge.clock.advance(250);
  page.type("def");
  const old = tab.duplicate();
  page.edge.wake();
  await page.settle();
  assert.deepEqual([authority.text, tab.items.size], ["xabcdef", 0]);
  await page.hide();
  // As a browser that crashed restores it. That the log has more of its own edits is a fault.
  const next = await new Page(authority, old).settle();
  for (let i = 0; i < 2; i++) {
    next.edge.wake();
    await next.settle();
  }
  assert.deepEqual([authority.text, next.text, next.room.state.unsent], ["xabcdef", "xabcdef", 0]);
  assert.equal(next.room.state.orphan, "xabc");
});

test("edits that are confirmed soon are not stored, others after longer and longer pauses", async () => {
  const {tab, page} = await typing();
  const {clock} = page.edge;
  const times: number[] = [];
  tab.set = (name, value) => (times.push(clock.now), void tab.items.set(name, value));
  page.type("a");
  page.move();
  clock.advance(1000);
  assert.deepEqual(times, []);
  page.edge.socket.end(1006);
  for (let i = 0; i < 6000; i++) {
    page.type("b");
    clock.advance(10);
  }
  const pauses = times.map((time, i) => time - (times[i - 1] ?? 1000));
  assert.deepEqual(pauses.slice(0, 4), [250, 500, 750, 1000]);
  assert.equal(Math.max(...pauses), 5000);
});

test("edits of ten minutes without a connection are few, and a reload loses none", async () => {
  const {authority, tab, page} = await typing("");
  page.edge.socket.end(1006);
  for (let i = 0; i < 2400; i++) {
    page.type("b");
    page.edge.clock.advance(250);
  }
  assert.ok(page.room.state.unsent < 160, `${page.room.state.unsent} edits`);
  await page.hide();
  const next = await new Page(authority, tab).settle();
  assert.deepEqual([authority.text.length, next.room.state.unsent], [2400, 0]);
});

test("a tab that was duplicated is another client, and leaves the first one's edits alone", async () => {
  const {authority, tab, page} = await typing();
  page.edge.socket.end(1006);
  page.type("abc");
  page.edge.clock.advance(250);
  await promises();
  const copy = tab.duplicate();
  const other = await new Page(authority, copy).settle();
  assert.deepEqual([other.text, other.room.state.unsent, copy.items.size], ["x", 0, 0]);
  page.edge.wake();
  await page.settle();
  assert.equal(authority.text, "xabc");
});

test("of two restored tabs with one record one uses it, and the other starts empty", async () => {
  const {authority, tab, page} = await typing();
  page.edge.socket.end(1006);
  page.type("abc");
  await page.hide();
  const copy = tab.duplicate();
  const both = [new Page(authority, tab), new Page(authority, copy)];
  for (const each of both) await each.settle();
  both[1]?.move();
  assert.deepEqual(
    both.map(({text}) => text),
    ["xabc", "xabc"],
  );
  assert.equal(authority.text, "xabc");
});

test("the text of another history is handed out and not merged", async () => {
  const {authority, tab, page} = await typing("old");
  page.edge.socket.end(1006);
  page.type(" mine");
  await page.hide();
  Object.assign(authority, {epoch: "second", log: [], doc: new Authority("new").doc});
  const next = await new Page(authority, tab).settle();
  assert.deepEqual([next.text, next.room.state.orphan, authority.text], ["new", "old mine", "new"]);
  assert.match(next.room.state.patch, /^\+old mine$/m);
  assert.equal(tab.items.size, 0);
});

test("a widget makes its room after it has found its edits", async () => {
  const {authority, tab, page} = await typing();
  page.edge.socket.end(1006);
  page.type("abc");
  await page.hide();
  const next = await new Page(authority, tab, true).settle();
  assert.deepEqual([next.edge.requests.length, authority.text], [1, "xabc"]);
});

test("two widgets of one room on a page each find edits of their own", async () => {
  const {authority, tab, page} = await typing("-");
  const second = await new Page(authority, tab).settle();
  page.edge.socket.end(1006);
  second.edge.socket.end(1006);
  page.type("ab");
  second.view.type("cd", 0);
  for (const each of [page, second]) each.edge.clock.advance(250);
  await promises();
  assert.equal(tab.items.size, 2);
  for (const each of [page, second]) await each.hide();
  for (const each of [new Page(authority, tab), new Page(authority, tab)]) await each.settle();
  assert.deepEqual([authority.text, tab.items.size], ["cd-ab", 0]);
});

test("trying again after an end keeps the edits and loads no stored ones", async () => {
  const {authority, tab, page} = await typing();
  page.edge.socket.end(1006);
  page.type("abc");
  await page.hide();
  const next = new Page(authority, tab);
  await promises();
  next.edge.socket.open();
  next.edge.socket.hear({type: "error", code: "room_full", message: "It takes 2 at a time."});
  tab.set(`pairedit:unsent:${page.edge.socket.url}:other`, "not ours");
  next.room.retry();
  await next.settle();
  assert.deepEqual([authority.text, next.text, tab.items.size], ["xabc", "xabc", 1]);
});

test("a second reload continues from the first", async () => {
  const {authority, tab, page} = await typing();
  page.edge.socket.end(1006);
  page.type("abc");
  await page.hide();
  const second = new Page(authority, tab);
  await promises();
  second.type("d");
  await second.hide();
  const third = await new Page(authority, tab).settle();
  assert.deepEqual([authority.text, third.room.state.unsent], ["xabcd", 0]);
});

test("a record that is too large or not valid is ignored", async () => {
  const {authority, tab, page} = await typing();
  page.edge.socket.end(1006);
  page.view.type("y".repeat(300_000));
  await page.hide();
  assert.equal(tab.items.size, 0);
  const prefix = `pairedit:unsent:${page.edge.socket.url}:`;
  tab.set(`${prefix}1`, "{");
  tab.set(`${prefix}2`, '{"key": 1}');
  const odd = {key: "k".repeat(32), epoch: "first", version: 0, code: "x", edits: [[99, "a"]]};
  tab.set(`${prefix}3`, JSON.stringify(odd));
  const next = await new Page(authority, tab).settle();
  assert.deepEqual([next.text, next.room.state.orphan, tab.items.size], ["x", null, 0]);
});

/** A page whose edit of three places is stored in the tab, and on its way to a longer log. */
async function far() {
  const {authority, tab, page} = await typing("one two six");
  page.view.change([0, 4, 8].map(from => ({from, insert: "> "})));
  page.edge.clock.advance(250);
  await promises();
  authority.push("bob", 0, [ChangeSet.of({from: 11, insert: "."}, 11)]);
  authority.reach = 4;
  return {authority, tab, page};
}

test("a stored edit that is split is replaced by its parts, which count once after a crash", async () => {
  const {authority, tab, page} = await far();
  page.move(1);
  assert.equal(page.room.state.unsent, 2);
  page.send();
  assert.equal(authority.text, "> one two six.");
  const copy = tab.duplicate();
  await page.hide();
  const next = await new Page(authority, copy).settle();
  assert.deepEqual([authority.text, next.text], ["> one > two > six.", "> one > two > six."]);
  assert.deepEqual([next.room.state.unsent, next.room.state.orphan], [0, null]);
});

test("a stored edit that is split is removed if its parts cannot be stored", async () => {
  const {authority, tab, page} = await far();
  assert.equal(tab.items.size, 1);
  tab.set = () => undefined;
  page.move(1);
  assert.deepEqual([page.room.state.unsent, tab.items.size], [2, 0]);
  page.move();
  assert.deepEqual([authority.text, page.room.state.unsent], ["> one > two > six.", 0]);
});
