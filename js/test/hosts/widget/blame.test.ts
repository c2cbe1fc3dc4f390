import assert from "node:assert/strict";
import {test} from "node:test";
import type {Room, RoomState} from "../../../src/client/types";
import {followBlame} from "../../../src/hosts/widget/blame";
import type {Model} from "../../../src/hosts/widget/model";
import type {Blame} from "../../../src/wire/api";
import {Clock} from "../../clock";
import {promises} from "../../edge";

function kernel() {
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
  const model = {
    set: (_name: string, blame: Blame) => void told.push(blame.version),
    save_changes() {},
  };
  const asked: {answer: (version: number) => void; fail: () => void}[] = [];
  const ask = () =>
    new Promise<Blame>((resolve, reject) => {
      const answer = (version: number): void => resolve({version, authors: [], lines: []});
      asked.push({answer, fail: () => reject(new Error("gone"))});
    });
  const end = followBlame(model as unknown as Model, room as unknown as Room, ask, clock);
  return {
    clock, told, asked, end,
    be: (version: number) => {
      room.state = {...room.state, version, clientId: "ann", status: "live"};
      for (const listener of listeners) listener(room.state);
    },
  };
}

test("the kernel is told who wrote what once there is a room, and with each change", async () => {
  const {clock, told, asked, be} = kernel();
  assert.equal(asked.length, 0);
  be(0);
  clock.pass(1000);
  asked[0]?.answer(0);
  await promises();
  be(3);
  clock.pass(1000);
  asked[1]?.answer(3);
  await promises();
  assert.deepEqual([told, asked.length], [[0, 3], 2]);
});

test("the server is asked once a second at most, and once at a time", async () => {
  const {clock, asked, be} = kernel();
  for (let version = 1; version <= 100; version++) {
    be(version);
    clock.pass(50);
  }
  assert.equal(asked.length, 1);
  asked[0]?.answer(20);
  await promises();
  clock.pass(2000);
  assert.equal(asked.length, 2);
});

test("what the server did not answer is asked for with the next change", async () => {
  const {clock, told, asked, be} = kernel();
  be(1);
  clock.pass(1000);
  asked[0]?.fail();
  await promises();
  be(2);
  clock.pass(1000);
  asked[1]?.answer(2);
  await promises();
  assert.deepEqual(told, [2]);
});

test("after its end nothing is asked or told", async () => {
  const {clock, told, asked, be, end} = kernel();
  be(1);
  clock.pass(1000);
  end();
  asked[0]?.answer(1);
  await promises();
  be(2);
  clock.pass(1000);
  assert.deepEqual([told, asked.length], [[], 1]);
});
