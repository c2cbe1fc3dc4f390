import assert from "node:assert/strict";
import {test} from "node:test";
import {RunningCells} from "../../../src/hosts/widget/cells";
import type {Model} from "../../../src/hosts/widget/model";
import {Clock} from "../../clock";
import {FakeKernel} from "./fakekernel";

const PAUSE_MS = 100;

function page(status = "idle") {
  const kernel = new FakeKernel(status);
  const clock = new Clock();
  const cells = new RunningCells({widget_manager: {kernel}}, clock);
  const done: string[] = [];
  const later = (what: string) => cells.whenNone(() => void done.push(what));
  return {kernel, clock, cells, done, later};
}

test("a callback is called at once while no cell runs", () => {
  const {done, later} = page();
  later("report");
  assert.deepEqual(done, ["report"]);
});

test("from the request of a cell until a moment after its end, everything waits", () => {
  const {kernel, clock, done, later} = page();
  const cell = kernel.run();
  later("first");
  kernel.publish("busy", cell);
  clock.pass(60_000);
  later("second");
  kernel.publish("idle", cell);
  assert.deepEqual(done, []);
  clock.pass(PAUSE_MS);
  assert.deepEqual(done, ["first", "second"]);
});

test("one callback that waits is called once", () => {
  const {kernel, clock, cells} = page();
  let calls = 0;
  const report = (): void => void calls++;
  const cell = kernel.run();
  for (let i = 0; i < 10; i++) cells.whenNone(report);
  kernel.publish("idle", cell);
  clock.pass(PAUSE_MS);
  assert.equal(calls, 1);
});

test("cells that are run together are one", () => {
  const {kernel, clock, done, later} = page();
  const cells = [kernel.run(), kernel.run(), kernel.run()];
  later("report");
  for (const cell of cells) {
    assert.deepEqual(done, []);
    kernel.publish("busy", cell);
    kernel.publish("idle", cell);
    clock.pass(PAUSE_MS - 1);
  }
  clock.pass(1);
  assert.deepEqual(done, ["report"]);
});

test("a cell that begins right after another one keeps it waiting", () => {
  const {kernel, clock, done, later} = page();
  const first = kernel.run();
  later("report");
  kernel.publish("idle", first);
  clock.pass(PAUSE_MS - 1);
  const second = kernel.run();
  clock.pass(1000);
  assert.deepEqual(done, []);
  kernel.publish("idle", second);
  clock.pass(PAUSE_MS);
  assert.deepEqual(done, ["report"]);
});

test("the cell of another page counts too", () => {
  const {kernel, clock, done, later} = page();
  kernel.publish("busy", "theirs");
  later("report");
  clock.pass(1000);
  assert.deepEqual(done, []);
  kernel.publish("idle", "theirs");
  clock.pass(PAUSE_MS);
  assert.deepEqual(done, ["report"]);
});

test("comm messages during a cell do not end it", () => {
  const {kernel, clock, done, later} = page();
  const cell = kernel.run();
  kernel.publish("busy", cell);
  later("report");
  kernel.publish("busy", "a comm", "comm_msg");
  kernel.publish("idle", "a comm", "comm_msg");
  clock.pass(1000);
  assert.deepEqual(done, []);
});

test("other requests than cells keep nothing waiting", () => {
  const {kernel, done, later} = page();
  kernel.run("inspect_request");
  kernel.publish("busy", "an inspection", "inspect_request");
  later("report");
  assert.deepEqual(done, ["report"]);
});

test("a page that is opened while a cell runs waits until the kernel is idle", () => {
  for (const status of ["busy", "unknown"]) {
    const {kernel, clock, done, later} = page(status);
    later("report");
    clock.pass(1000);
    assert.deepEqual(done, []);
    kernel.publish("idle", "not known");
    clock.pass(PAUSE_MS);
    assert.deepEqual(done, ["report"]);
  }
});

test("a lost connection loses the end of a cell, and the kernel's next word counts", () => {
  const {kernel, clock, done, later} = page();
  kernel.run();
  later("report");
  kernel.say("unknown");
  clock.pass(1000);
  assert.deepEqual(done, []);
  kernel.say("idle");
  clock.pass(PAUSE_MS);
  assert.deepEqual(done, ["report"]);
});

test("a kernel that starts again has no cells", () => {
  const {kernel, clock, done, later} = page();
  kernel.run();
  later("report");
  for (const status of ["restarting", "starting", "idle"]) kernel.say(status);
  clock.pass(PAUSE_MS);
  assert.deepEqual(done, ["report"]);
});

test("a cancelled callback, or one that waits at the end, is not called", () => {
  const {kernel, clock, cells, done, later} = page();
  const report = (): void => void done.push("report");
  const cell = kernel.run();
  cells.whenNone(report);
  cells.cancel(report);
  kernel.publish("idle", cell);
  clock.pass(PAUSE_MS);
  const other = kernel.run();
  later("message");
  cells.stop();
  kernel.publish("idle", other);
  clock.pass(PAUSE_MS);
  later("after the end");
  assert.deepEqual(done, []);
  assert.equal(kernel.anyMessage.slots.size + kernel.statusChanged.slots.size, 0);
});

test("where the host shows no kernel, nothing waits", () => {
  for (const model of [{}, {widget_manager: {}}, {widget_manager: {kernel: null}}]) {
    const done: string[] = [];
    new RunningCells(model, new Clock()).whenNone(() => void done.push("report"));
    assert.deepEqual(done, ["report"]);
  }
});

test("a held model is the model, but for its messages, which keep their order", () => {
  const {kernel, clock, cells} = page();
  const sent: object[] = [];
  const model = {get: () => "code", send: (message: object) => void sent.push(message)};
  const held = cells.hold(model as unknown as Model);
  assert.equal(held.get("code"), "code");
  const cell = kernel.run();
  for (const id of [1, 2, 2]) held.send({id});
  assert.deepEqual(sent, []);
  kernel.publish("idle", cell);
  clock.pass(PAUSE_MS);
  assert.deepEqual(sent, [{id: 1}, {id: 2}, {id: 2}]);
});
