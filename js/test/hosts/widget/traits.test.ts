import assert from "node:assert/strict";
import {test} from "node:test";
import {Text} from "@codemirror/state";
import type {Room, RoomState} from "../../../src/client/types";
import {RunningCells} from "../../../src/hosts/widget/cells";
import type {Model, Traits} from "../../../src/hosts/widget/model";
import {followRoom, reportNotShown} from "../../../src/hosts/widget/traits";
import type {WriteId} from "../../../src/wire/protocol.gen";
import {Clock} from "../../clock";
import {FakeKernel} from "./fakekernel";

const URL_HERE = "http://h/pairedit/room/r";

/** A model as Backbone's: an event for each trait that changed, with the model in it. */
class FakeModel {
  saves = 0;
  readonly values: Record<string, unknown> = {
    code: "",
    _writer: "deadbeef",
    _writes: 0,
    _writes_done: null,
    status: "not shown",
    message: "",
    _follows: false,
    _url: "",
    participants: [],
    title: "T",
    language: "python",
    limit: null,
    _wanted: {},
    _wants: 0,
    _wants_done: 0,
  };
  private readonly callbacks = new Map<string, Set<(model: unknown) => void>>();

  get(name: string): unknown {
    return this.values[name];
  }
  set(name: string, value: unknown): void {
    if (this.values[name] === value) return;
    this.values[name] = value;
    for (const callback of [...(this.callbacks.get(`change:${name}`) ?? [])]) callback(this);
  }
  save_changes(): void {
    this.saves++;
  }
  on(event: string, callback: (model: unknown) => void): void {
    this.callbacks.set(event, (this.callbacks.get(event) ?? new Set()).add(callback));
  }
  off(event: string, callback: (model: unknown) => void): void {
    this.callbacks.get(event)?.delete(callback);
  }
  /** Python sets `code`. */
  fromPython(code: string): void {
    this.values.code = code;
    this.set("_writes", (this.values._writes as number) + 1);
  }
}

function fakeRoom() {
  let state = {status: "connecting", message: "", people: [], unsent: 0, title: "", language: ""};
  const listeners = new Set<() => void>();
  const told = (): void => listeners.forEach(listener => listener());
  const on = (listener: () => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  const room = {
    doc: Text.empty,
    written: [] as [code: string, id: WriteId][],
    get state() {
      return state;
    },
    subscribe: on,
    onCode: on,
    write: (code: string, id: WriteId) => void room.written.push([code, id]),
    be(change: Partial<RoomState>) {
      state = {...state, ...change} as typeof state;
      told();
    },
    type(code: string) {
      room.doc = Text.of(code.split("\n"));
      told();
    },
  };
  return room;
}

function widget(values: Partial<Traits> = {}) {
  const model = new FakeModel();
  Object.assign(model.values, values);
  const room = fakeRoom();
  const clock = new Clock();
  const kernel = new FakeKernel("idle");
  const cells = new RunningCells({widget_manager: {kernel}}, clock);
  const end = followRoom(
    model as unknown as Model,
    room as unknown as Room,
    URL_HERE,
    cells,
    clock,
  );
  return {model, room, clock, kernel, end};
}

const LIVE = {status: "live", title: "Ours", language: "sql"} as const;

test("the room's code and state come to Python, four times a second at most", () => {
  const {model, room, clock} = widget();
  assert.equal(model.values.status, "connecting");
  assert.equal(model.values._url, URL_HERE);
  assert.equal(model.values.title, "T");
  const people = [{name: "Ann", color: 1, clients: ["a"]}];
  room.be({...LIVE, people});
  room.type("x");
  clock.pass(250);
  assert.equal(model.values.code, "x");
  assert.equal(model.values.title, "Ours");
  assert.deepEqual(model.values.participants, ["Ann"]);
  const before = model.saves;
  for (let i = 0; i < 100; i++) {
    room.type("x".repeat(i));
    clock.pass(10);
  }
  assert.ok(model.saves - before <= 5);
});

test("equal traits are not sent again", () => {
  const {model, room, clock} = widget();
  room.be(LIVE);
  clock.pass(1000);
  const before = model.saves;
  room.be({});
  clock.pass(1000);
  assert.equal(model.saves, before);
});

test("no code is reported before the room's own was seen", () => {
  const {model, clock} = widget({code: "first"});
  clock.pass(1000);
  assert.equal(model.values.code, "first");
  assert.equal(model.values._writes_done, null);
});

test("an assignment of Python is written to the room once, and a report is not", () => {
  const {model, room, clock} = widget();
  room.be(LIVE);
  room.type("typed");
  clock.pass(1000);
  assert.deepEqual(room.written, []);
  model.fromPython("set");
  assert.deepEqual(room.written, [["set", ["deadbeef", 1]]]);
});

test("while a write of Python is not stored, no older code is reported", () => {
  const {model, room, clock} = widget();
  room.be(LIVE);
  room.type("old");
  clock.pass(1000);
  room.be({status: "saving", unsent: 1});
  model.fromPython("new");
  room.type("old and more");
  clock.pass(1000);
  assert.equal(model.values.code, "new");
  assert.equal(model.values._writes_done, 0);
  room.type("new");
  room.be({status: "live", unsent: 0});
  clock.pass(1000);
  assert.equal(model.values._writes_done, 1);
  assert.equal(model.values.code, "new");
});

test("an assignment without an open page is written by the next page", () => {
  const {room} = widget({code: "kept", _writes: 2, _writes_done: 1});
  assert.deepEqual(room.written, [["kept", ["deadbeef", 2]]]);
});

test("the last report is not lost at the end, and nothing is reported after it", () => {
  const {model, room, clock, end} = widget();
  room.be(LIVE);
  room.type("last");
  end();
  assert.equal(model.values.code, "last");
  room.type("after");
  clock.pass(1000);
  assert.equal(model.values.code, "last");
});

test("while a cell runs nothing is reported, and then the newest once", () => {
  const {model, room, clock, kernel} = widget();
  room.be(LIVE);
  clock.pass(1000);
  const before = model.saves;
  const cell = kernel.run();
  for (let i = 0; i < 100; i++) {
    room.type("x".repeat(i));
    clock.pass(100);
  }
  assert.deepEqual([model.saves - before, model.values.code], [0, ""]);
  kernel.publish("idle", cell);
  clock.pass(100);
  assert.deepEqual([model.saves - before, model.values.code], [1, "x".repeat(99)]);
});

test("an assignment in a running cell is written to the room at once", () => {
  const {model, room, clock, kernel} = widget();
  room.be(LIVE);
  clock.pass(1000);
  const cell = kernel.run();
  room.type("typed");
  model.fromPython("set");
  assert.deepEqual(room.written, [["set", ["deadbeef", 1]]]);
  room.type("set");
  clock.pass(1000);
  assert.equal(model.values._writes_done, 0);
  kernel.publish("idle", cell);
  clock.pass(100);
  assert.deepEqual([model.values._writes_done, model.values.code], [1, "set"]);
});

test("the last report of a closed room waits for the running cell", () => {
  const {model, room, clock, kernel, end} = widget();
  room.be(LIVE);
  clock.pass(1000);
  const cell = kernel.run();
  room.type("last");
  end();
  room.type("after");
  clock.pass(1000);
  assert.equal(model.values.code, "");
  kernel.publish("idle", cell);
  clock.pass(100);
  assert.equal(model.values.code, "last");
});

test("a page that shows the editor contradicts another page that has left the room", () => {
  const {model, room, clock} = widget();
  room.be({...LIVE, people: [{name: "Ann", color: 1, clients: ["a"]}]});
  clock.pass(1000);
  model.set("participants", []); // As the kernel passes on what the other page has reported.
  model.set("status", "not shown");
  clock.pass(1000);
  assert.deepEqual([model.values.status, model.values.participants], ["live", ["Ann"]]);
});

test("a page that leaves reports it", () => {
  const {model, room, clock, end} = widget();
  room.be(LIVE);
  end();
  reportNotShown(model as unknown as Model);
  clock.pass(1000);
  assert.deepEqual([model.values.status, model.values.participants], ["not shown", []]);
});

test("Python learns of which version its code is, once all of it is stored", () => {
  const {model, room, clock} = widget();
  room.be({...LIVE, version: 3});
  clock.pass(1000);
  assert.deepEqual([model.values.code, model.values._version], ["", 3]);
  room.be({status: "saving", unsent: 1});
  room.type("x");
  clock.pass(1000);
  assert.deepEqual([model.values.code, model.values._version], ["x", null]);
  room.be({...LIVE, unsent: 0, version: 4});
  clock.pass(1000);
  assert.equal(model.values._version, 4);
});

test("a kernel that is connected itself gets the room's page alone, and nothing is written for it", () => {
  const {model, room, clock, end} = widget({_follows: true, _writes_done: 0});
  room.be({...LIVE, clientId: "c"});
  room.type("typed");
  clock.pass(1000);
  assert.equal(model.values.code, "typed", "it is saved with the notebook");
  model.fromPython("from Python");
  clock.pass(1000);

  assert.deepEqual(room.written, []);
  assert.equal(model.values._url, URL_HERE);
  assert.equal(model.saves, 1);
  assert.equal(model.values.status, "not shown");
  assert.equal(model.values.title, "T");
  end();
  assert.equal(model.saves, 1);
});

test("when the kernel's own connection has ended, the page reports and writes", () => {
  const {model, room, clock} = widget({_follows: true, _writes_done: 0});
  room.be({...LIVE, clientId: "c"});
  model.fromPython("written by the kernel");
  model.set("_writes_done", 1);
  room.type("written by the kernel");
  clock.pass(1000);

  model.set("_follows", false);
  clock.pass(1000);
  model.fromPython("left to the page");

  assert.equal(model.values.status, "live");
  assert.equal(model.values._writes_done, 1);
  assert.deepEqual(room.written, [["left to the page", ["deadbeef", 2]]]);
});

test("a page writes what a kernel could not store before its connection has ended", () => {
  const {model, room, clock} = widget({_follows: true, _writes_done: 0});
  room.be({...LIVE, clientId: "c"});
  model.fromPython("unsent");
  clock.pass(1000);
  assert.deepEqual(room.written, []);

  // The kernel sends both.
  model.values.code = "unsent";
  model.set("_follows", false);

  // With the id that the kernel has given it, so that the room carries it out once.
  assert.deepEqual(room.written, [["unsent", ["deadbeef", 1]]]);
});

test("a page of a kernel that is connected itself does not report that it is closed", () => {
  const {model} = widget({_follows: true});
  const {saves} = model;
  reportNotShown(model as unknown as Model);
  assert.equal(model.saves, saves);
});
