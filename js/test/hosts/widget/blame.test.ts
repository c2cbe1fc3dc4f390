import assert from "node:assert/strict";
import {test} from "node:test";
import type {Room, RoomState} from "../../../src/client/types";
import {followBlame, QUIET_MS} from "../../../src/hosts/widget/blame";
import {RunningCells} from "../../../src/hosts/widget/cells";
import type {Model} from "../../../src/hosts/widget/model";
import type {Blame} from "../../../src/wire/api";
import {Clock} from "../../clock";
import {promises} from "../../edge";
import {FakeKernel} from "./fakekernel";

function widget() {
  const clock = new Clock();
  const listeners = new Set<(state: RoomState) => void>();
  const room = {
    state: {version: 0, clientId: "", status: "connecting"} as RoomState,
    subscribe(listener: (state: RoomState) => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const told: number[] = [];
  const heard = new Set<(message: unknown, files: never[]) => void>();
  const model = {
    set: (_name: string, blame: Blame) => void told.push(blame.version),
    save_changes() {},
    on: (_event: string, callback: () => void) => void heard.add(callback),
    off: (_event: string, callback: () => void) => void heard.delete(callback),
  };
  const asked: {answer: (version: number) => void; fail: () => void}[] = [];
  const ask = () =>
    new Promise<Blame>((resolve, reject) => {
      const answer = (version: number): void => resolve({version, authors: [], lines: []});
      asked.push({answer, fail: () => reject(new Error("gone"))});
    });
  const kernel = new FakeKernel("idle");
  const cells = new RunningCells({widget_manager: {kernel}}, clock);
  const end = followBlame(model as unknown as Model, room as unknown as Room, ask, cells, clock);
  return {
    clock,
    told,
    asked,
    kernel,
    end,
    be: (version: number, status: RoomState["status"] = "live"): void => {
      room.state = {...room.state, version, clientId: "ann", status};
      for (const listener of [...listeners]) listener(room.state);
    },
    /** Python calls `blame()`. */
    want: () => heard.forEach(callback => callback({type: "blame"}, [])),
  };
}

test("the kernel is told who wrote what once the code has stood still", async () => {
  const {clock, told, asked, be} = widget();
  clock.pass(QUIET_MS);
  assert.equal(asked.length, 0); // There is no room yet.
  be(0);
  clock.pass(QUIET_MS);
  asked[0]?.answer(0);
  await promises();
  be(3);
  clock.pass(QUIET_MS);
  asked[1]?.answer(3);
  await promises();
  assert.deepEqual([told, asked.length], [[0, 3], 2]);
});

test("while somebody types, nobody asks the server, however long it takes", () => {
  const {clock, asked, be} = widget();
  for (let version = 1; version <= 1000; version++) {
    be(version);
    clock.pass(QUIET_MS - 1);
  }
  assert.equal(asked.length, 0);
  clock.pass(1);
  assert.equal(asked.length, 1);
});

test("what changes beside the code is no reason to ask again", async () => {
  const {clock, asked, be} = widget();
  be(1);
  clock.pass(QUIET_MS);
  asked[0]?.answer(1);
  await promises();
  be(1, "saving");
  be(1);
  clock.pass(QUIET_MS);
  assert.equal(asked.length, 1);
});

test("when Python asks, the server is asked although somebody types", async () => {
  const {told, asked, be, want} = widget();
  be(1);
  want();
  want(); // One question at a time.
  asked[0]?.answer(1);
  await promises();
  want(); // Nothing is newer.
  assert.deepEqual([told, asked.length], [[1], 1]);
});

test("neither the question nor the answer disturbs a cell that runs", async () => {
  const {clock, told, asked, kernel, be, want} = widget();
  const cell = kernel.run();
  be(1);
  want();
  clock.pass(QUIET_MS);
  assert.equal(asked.length, 0);
  kernel.publish("idle", cell);
  clock.pass(100);
  assert.equal(asked.length, 1);
  const next = kernel.run();
  asked[0]?.answer(1);
  await promises();
  assert.deepEqual(told, []);
  kernel.publish("idle", next);
  clock.pass(100);
  assert.deepEqual([told, asked.length], [[1], 1]);
});

test("what the server did not answer is asked for after the next change", async () => {
  const {clock, told, asked, be} = widget();
  be(1);
  clock.pass(QUIET_MS);
  asked[0]?.fail();
  await promises();
  be(2);
  clock.pass(QUIET_MS);
  asked[1]?.answer(2);
  await promises();
  assert.deepEqual(told, [2]);
});

test("who was offline meanwhile asks when the room is back", () => {
  const {clock, asked, be} = widget();
  be(1, "reconnecting");
  clock.pass(QUIET_MS);
  assert.equal(asked.length, 0);
  be(1);
  clock.pass(QUIET_MS);
  assert.equal(asked.length, 1);
});

test("after its end nothing is asked or told", async () => {
  const {clock, told, asked, be, want, end} = widget();
  be(1);
  clock.pass(QUIET_MS);
  end();
  asked[0]?.answer(1);
  await promises();
  be(2);
  want();
  clock.pass(QUIET_MS);
  assert.deepEqual([told, asked.length], [[], 1]);
});
