import assert from "node:assert/strict";
import {test} from "node:test";
import type {RoomState} from "../../src/client/types";
import {CommKernel} from "../../src/names/commkernel";
import type {Comm} from "../../src/names/commkernel";
import {namesIn, textIn} from "../../src/names/kernel";
import {RoomKernel} from "../../src/names/roomkernel";
import {ApiError} from "../../src/wire/api";

const ANSWER = {from: 1, to: 2, names: [{name: "abs", kind: "function", signature: "(x, /)"}]};
const signal = () => new AbortController().signal;

test("an answer that is not as expected has no names", () => {
  assert.deepEqual(namesIn(ANSWER, "xa"), ANSWER);
  const wrong = [
    null,
    "x",
    {},
    {...ANSWER, from: 3, to: 2},
    {...ANSWER, from: -1},
    {...ANSWER, to: 3},
    {...ANSWER, from: 1.5},
    {...ANSWER, names: "abs"},
  ];
  for (const answer of wrong) assert.equal(namesIn(answer, "xa"), null);
  const names = [null, {}, {name: ""}, {name: 1}, {name: "a", kind: 2, signature: null}];
  assert.deepEqual(namesIn({...ANSWER, names}, "xa")?.names, [
    {name: "a", kind: "", signature: ""},
  ]);
  assert.equal(textIn({text: "doc"}), "doc");
  assert.equal(textIn({text: 1}), "");
  assert.equal(textIn(null), "");
});

class FakeComm implements Comm {
  readonly sent: Record<string, unknown>[] = [];
  readonly callbacks = new Set<(message: unknown) => void>();

  send(message: object): void {
    this.sent.push({...message});
  }

  on(_event: "msg:custom", callback: (message: unknown) => void): void {
    this.callbacks.add(callback);
  }

  off(_event: "msg:custom", callback: (message: unknown) => void): void {
    this.callbacks.delete(callback);
  }

  receive(message: unknown): void {
    for (const callback of this.callbacks) callback(message);
  }
}

test("the widget's kernel is asked by messages, and answers belong to their question", async () => {
  const comm = new FakeComm();
  const kernel = new CommKernel(comm, () => null, "page");
  const first = kernel.names("xa", 2, signal());
  const second = kernel.inspect("xa", 1, signal());
  assert.deepEqual(comm.sent, [
    {type: "names", id: "page-1", code: "xa", at: 2},
    {type: "inspect", id: "page-2", code: "xa", at: 1},
  ]);
  for (const message of [null, "x", {type: "blame"}, {type: "names", id: "other-1", ...ANSWER}]) {
    comm.receive(message);
  }
  comm.receive({type: "inspect", id: "page-2", text: "doc"});
  comm.receive({type: "names", id: "page-1", ...ANSWER});
  assert.equal(await second, "doc");
  assert.deepEqual(await first, ANSWER);
  kernel.destroy();
  assert.equal(comm.callbacks.size, 0);
});

test("a question to the widget's kernel ends with its signal", async () => {
  const comm = new FakeComm();
  const abort = new AbortController();
  const asked = new CommKernel(comm, () => null, "page").names("xa", 2, abort.signal);
  abort.abort();
  assert.equal(await asked, null);
  comm.receive({type: "names", id: "page-1", ...ANSWER});
});

test("where the server has switched it off, the widget's kernel is not asked", () => {
  let said: RoomState["kernel"] = null;
  const kernel = new CommKernel(new FakeComm(), () => said);
  assert.equal(kernel.answers, true);
  said = {...KERNEL, state: "none", names: false};
  assert.equal(kernel.answers, false);
  said = {...KERNEL, state: "none"};
  assert.equal(kernel.answers, true);
});

type State = Pick<RoomState, "kernel" | "guest">;

function roomKernel(answer: () => unknown) {
  const calls: unknown[][] = [];
  let state: State = {guest: false, kernel: null};
  const call = async (...asked: unknown[]): Promise<never> => {
    calls.push(asked.slice(0, 3));
    return Promise.resolve(answer() as never);
  };
  return {
    calls,
    kernel: new RoomKernel({call}, "room id", () => state),
    set: (now: Partial<State>) => (state = {...state, ...now}),
  };
}

const KERNEL = {type: "kernel", state: "busy", id: "k1", may: "run"} as const;

test("the kernel of a room answers who may run, while it lives", async () => {
  const {kernel, set, calls} = roomKernel(() => ANSWER);
  const answers = (change: Partial<State>) => {
    set(change);
    return kernel.answers;
  };
  assert.equal(kernel.answers, false);
  assert.equal(answers({kernel: {...KERNEL, state: "none"}}), false);
  assert.equal(answers({kernel: {...KERNEL, state: "dead"}}), false);
  assert.equal(answers({kernel: {...KERNEL, may: "ask"}}), false);
  assert.equal(answers({kernel: {...KERNEL, names: false}}), false);
  assert.equal(answers({kernel: KERNEL, guest: true}), false);
  assert.equal(answers({kernel: KERNEL, guest: false}), true);
  assert.deepEqual(await kernel.names("xa", 2, signal()), ANSWER);
  assert.deepEqual(calls, [["POST", "rooms/room%20id/kernel/names", {code: "xa", at: 2}]]);
});

test("a kernel is prepared once, while it runs nothing", () => {
  const {kernel, set, calls} = roomKernel(() => ANSWER);
  kernel.prepare();
  set({kernel: KERNEL});
  kernel.prepare();
  assert.deepEqual(calls, []);
  const asked = ["POST", "rooms/room%20id/kernel/names", {code: "a", at: 1}];
  set({kernel: {...KERNEL, state: "idle"}});
  kernel.prepare();
  kernel.prepare();
  assert.deepEqual(calls, [asked]);
  set({kernel: {...KERNEL, state: "idle", id: "k2"}});
  kernel.prepare();
  assert.deepEqual(calls, [asked, asked]);
});

test("after a refusal it is not asked until the room has another kernel", async () => {
  const {kernel, set} = roomKernel(() => {
    throw new ApiError(403, "forbidden", "Only who has chosen the kernel.");
  });
  set({kernel: KERNEL});
  await assert.rejects(kernel.inspect("xa", 2, signal()));
  assert.equal(kernel.answers, false);
  set({kernel: {...KERNEL, state: "idle"}});
  assert.equal(kernel.answers, false);
  set({kernel: {...KERNEL, id: "k2"}});
  assert.equal(kernel.answers, true);
});

test("a server that is not reached or is busy is asked again", async () => {
  for (const status of [0, 429, 503]) {
    const {kernel, set} = roomKernel(() => {
      throw new ApiError(status, "", "Not now.");
    });
    set({kernel: KERNEL});
    await assert.rejects(kernel.names("xa", 2, signal()));
    assert.equal(kernel.answers, true);
  }
});
