import assert from "node:assert/strict";
import {test} from "node:test";
import type {Room, RoomState} from "../../../src/client/types";
import {followBlame} from "../../../src/hosts/widget/blame";
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
  const end = followBlame(model as unknown as Model, room as unknown as Room, ask, cells);
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

test("nobody asks the server before Python does, whatever is typed", () => {
  const {clock, asked, be} = widget();
  for (let version = 0; version <= 100; version++) {
    be(version, "saving");
    be(version);
    clock.pass(60_000);
  }
  assert.equal(asked.length, 0);
});

test("each question of Python is answered once", async () => {
  const {told, asked, be, want} = widget();
  be(1);
  want();
  want(); // The same answer is for both.
  asked[0]?.answer(1);
  await promises();
  be(2);
  assert.deepEqual([told, asked.length], [[1], 1]);
  want();
  asked[1]?.answer(2);
  await promises();
  assert.deepEqual([told, asked.length], [[1, 2], 2]);
});

test("neither the request nor the answer is sent during a cell", async () => {
  const {clock, told, asked, kernel, be, want} = widget();
  const cell = kernel.run();
  be(1);
  want();
  want();
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

test("Python asks again after the server has failed", async () => {
  const {told, asked, be, want} = widget();
  be(1);
  want();
  asked[0]?.fail();
  await promises();
  be(2);
  assert.equal(asked.length, 1);
  want();
  asked[1]?.answer(2);
  await promises();
  assert.deepEqual(told, [2]);
});

test("a question that comes while the page is offline is answered when it is back", async () => {
  const {told, asked, be, want} = widget();
  want();
  be(1, "reconnecting");
  assert.equal(asked.length, 0);
  be(1);
  asked[0]?.answer(1);
  await promises();
  assert.deepEqual([told, asked.length], [[1], 1]);
});

test("after its end nothing is asked or told", async () => {
  const {told, asked, be, want, end} = widget();
  be(1);
  want();
  end();
  asked[0]?.answer(1);
  await promises();
  be(2);
  want();
  assert.deepEqual([told, asked.length], [[], 1]);
});
