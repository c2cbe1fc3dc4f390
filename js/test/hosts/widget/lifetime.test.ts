import assert from "node:assert/strict";
import {test} from "node:test";
import {openRoom} from "../../../src/client/room";
import type {Room} from "../../../src/client/types";
import type {Attempt} from "../../../src/hosts/widget/guestkey";
import type {KernelState} from "../../../src/hosts/widget/kernel";
import {RoomLifetime, UNSENT_MS} from "../../../src/hosts/widget/lifetime";
import type {Opened} from "../../../src/hosts/widget/open";
import {NoLogin} from "../../../src/hosts/widget/stage";
import {GRACE_MS} from "../../../src/hosts/widget/views";
import type {Welcome} from "../../../src/wire/protocol.gen";
import {Clock} from "../../clock";
import {FakeEdge, FakeShelf, promises} from "../../edge";
import {View} from "../../mirror";

const welcome: Welcome = {
  type: "welcome",
  clientId: "ann",
  epoch: "first",
  resumed: false,
  title: "",
  language: "python",
  limit: 2,
};

class FakeKernel {
  state: KernelState = "following";
  private readonly listeners = new Set<() => void>();
  get following(): boolean {
    return this.state === "following";
  }
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
  stop(): void {
    this.listeners.clear();
  }
  become(state: KernelState): void {
    this.state = state;
    for (const listener of [...this.listeners]) listener();
  }
}

interface WidgetOptions {
  server?: boolean;
  guest?: boolean;
  state?: KernelState;
}

/** A widget whose rooms are real, on sockets that the test plays. */
function widget({server = true, guest = false, state = "following"}: WidgetOptions = {}) {
  const kernel = new FakeKernel();
  kernel.state = state;
  const clock = new Clock();
  const edge = new FakeEdge();
  edge.tab = new FakeShelf();
  const rooms: Room[] = [];
  const attempts: Attempt[] = [];
  const codes: (string | null)[] = [];
  const python: string[] = [];
  let reply = (): Promise<void> => Promise.resolve();
  let answer: ((socket: FakeEdge["socket"]) => void) | null = null;
  const lifetime = new RoomLifetime({
    server,
    guest,
    kernel,
    timers: clock,
    async open(attempt, code) {
      attempts.push(attempt);
      codes.push(code);
      await reply();
      const room = openRoom({baseUrl: "/ann/", roomId: "room", edge});
      rooms.push(room);
      edge.socket.open();
      if (answer) answer(edge.socket);
      else edge.socket.hear(welcome, {type: "initial_state", code: "x", version: 3});
      return {room, login: null} as unknown as Opened;
    },
    follow() {
      python.push("follows");
      return () => void python.push("ends");
    },
  });
  return {
    lifetime,
    kernel,
    clock,
    edge,
    rooms,
    attempts,
    codes,
    python,
    at: () => lifetime.stages.now.at,
    sockets: () => edge.sockets.filter(({closed}) => !closed).length,
    /** What the server does with sockets in place of admitting the page. */
    answers: (now: typeof answer) => void (answer = now),
    opensAfter: (wait: () => Promise<void>) => void (reply = wait),
  };
}

async function shown(options: WidgetOptions = {}) {
  const made = widget(options);
  const remove = made.lifetime.addView();
  await promises();
  return {...made, remove};
}

test("nothing is opened before there is a view", async () => {
  const {lifetime, python, sockets} = widget();
  await promises();
  assert.deepEqual([sockets(), python], [0, []]);
  lifetime.addView();
  await promises();
  assert.deepEqual([sockets(), python], [1, ["follows"]]);
});

test("several views share a room, which ends a little after the last one", async () => {
  const {lifetime, clock, remove, sockets, python} = await shown();
  const second = lifetime.addView();
  await promises();
  assert.equal(sockets(), 1);
  remove();
  clock.pass(10 * GRACE_MS);
  assert.equal(sockets(), 1);
  second();
  clock.pass(GRACE_MS);
  assert.deepEqual([sockets(), python], [0, ["follows", "ends"]]);
});

test("a hundred cells that are run again leave one socket", async () => {
  const {lifetime, clock, remove, sockets, rooms} = await shown();
  let last = remove;
  for (let i = 0; i < 100; i++) {
    last();
    clock.pass(i % 2 ? GRACE_MS : 10);
    last = lifetime.addView();
    await promises();
    assert.equal(sockets(), 1);
  }
  assert.equal(rooms.length, 51);
});

test("a later view opens the room again", async () => {
  const {lifetime, clock, remove, sockets, python, at} = await shown();
  remove();
  clock.pass(GRACE_MS);
  lifetime.addView();
  await promises();
  assert.deepEqual([sockets(), python, at()], [1, ["follows", "ends", "follows"], "open"]);
});

test("an attempt without a view is aborted, and its room closed", async () => {
  const {lifetime, clock, attempts, opensAfter, sockets, at} = widget();
  let answer = (): void => undefined;
  opensAfter(() => new Promise(resolve => (answer = resolve)));
  lifetime.addView()();
  clock.pass(GRACE_MS);
  assert.equal(attempts[0]?.signal.aborted, true);
  answer();
  await promises();
  assert.deepEqual([sockets(), at()], [0, "loading"]);
});

test("a failed attempt is repeated by the next view", async () => {
  const {lifetime, clock, opensAfter, at} = widget();
  opensAfter(() => Promise.reject(new Error("No server.")));
  const remove = lifetime.addView();
  await promises();
  assert.equal(at(), "failed");
  remove();
  clock.pass(GRACE_MS);
  opensAfter(() => Promise.resolve());
  lifetime.addView();
  await promises();
  assert.equal(at(), "open");
});

for (const [what, end] of [
  ["the last view goes", ({remove, clock}) => (remove(), clock.pass(GRACE_MS))],
  ["the widget is closed", ({lifetime}) => lifetime.destroy()],
  ["the kernel is shut down", ({kernel}) => kernel.become("shut down")],
] as [string, (made: Awaited<ReturnType<typeof shown>>) => void][]) {
  test(`keys that are not stored when ${what} are stored first`, async () => {
    const made = await shown();
    const {rooms, edge, sockets} = made;
    new View(rooms[0] as Room).type("y");
    end(made);
    assert.equal(sockets(), 1);
    edge.socket.hear({type: "saved", version: 4});
    assert.equal(sockets(), 0);
  });

  test(`keys that cannot be stored when ${what} stay as a draft in the tab`, async () => {
    const made = await shown();
    const {rooms, edge, clock, sockets} = made;
    new View(rooms[0] as Room).type("y");
    end(made);
    clock.pass(UNSENT_MS);
    assert.equal(sockets(), 0);
    assert.match([...(edge.tab?.items.values() ?? [])].join(), /"code":"x"/);
  });
}

test("a view that is added while edits wait uses the same room", async () => {
  const {lifetime, clock, remove, rooms, edge, sockets, at} = await shown();
  new View(rooms[0] as Room).type("y");
  remove();
  clock.pass(GRACE_MS);
  lifetime.addView();
  await promises();
  edge.socket.hear({type: "saved", version: 4});
  clock.pass(UNSENT_MS);
  assert.deepEqual([rooms.length, sockets(), at()], [1, 1, "open"]);
});

test("a restart of the kernel ends Python's side and nothing else", async () => {
  const {kernel, sockets, python, at} = await shown();
  kernel.become("lost");
  assert.deepEqual([sockets(), python, at()], [1, ["follows", "ends"], "open"]);
});

test("a restart while the room opens keeps Python's side closed", async () => {
  const {lifetime, kernel, python, at} = widget();
  lifetime.addView();
  kernel.become("lost");
  await promises();
  assert.deepEqual([python, at()], [[], "open"]);
});

test("a guest whose key the kernel has lost gets a message and does not wait", async () => {
  const {lifetime, kernel, attempts, at} = widget({guest: true});
  lifetime.addView();
  kernel.become("lost");
  await promises();
  assert.deepEqual([attempts[0]?.signal.aborted, at()], [true, "asleep"]);
});

test("a shutdown leaves the last code, and the person can go back without a kernel", async () => {
  const {lifetime, kernel, rooms, sockets, python} = await shown();
  const room = rooms[0] as Room;
  new View(room).type("y");
  kernel.become("shut down");
  assert.deepEqual(lifetime.stages.now, {at: "asleep", code: "xy"});
  lifetime.connect();
  await promises();
  assert.deepEqual([sockets(), python], [1, ["follows", "ends"]]);
  assert.equal(lifetime.stages.now.at, "open");
});

test("a notebook that was opened without its kernel connects when it is asked to", async () => {
  const {lifetime, at, sockets, python} = await shown({state: "lost"});
  assert.deepEqual([lifetime.stages.now, sockets()], [{at: "asleep", code: null}, 0]);
  lifetime.connect();
  await promises();
  assert.deepEqual([at(), sockets(), python], ["open", 1, []]);
});

test("a page without a server opens nothing", async () => {
  const {lifetime, kernel, attempts, at} = await shown({server: false});
  let drawn = 0;
  lifetime.stages.subscribe(() => drawn++);
  kernel.become("lost"); // What is typed there reaches nobody any more.
  await promises();
  assert.deepEqual([attempts.length, at(), drawn], [0, "elsewhere", 1]);
});

test("a room that is not there leaves the last code, and can be made with it", async () => {
  const {lifetime, answers, codes, python, sockets} = widget();
  answers(socket => socket.end(1008, "No such room."));
  lifetime.addView();
  await promises();
  assert.deepEqual(lifetime.stages.now, {at: "missing", code: null, deleted: ""});
  assert.deepEqual(python, ["follows"]); // Python learns the status.
  answers(null);
  lifetime.connect("x");
  await promises();
  assert.deepEqual([lifetime.stages.now.at, codes, sockets()], ["open", [null, "x"], 1]);
  assert.deepEqual(python, ["follows", "ends", "follows"]);
});

test("a room that is deleted while this page is away leaves the code that it had", async () => {
  const {lifetime, clock, remove, answers} = await shown();
  remove();
  clock.pass(GRACE_MS);
  answers(socket => socket.end(1008, "No such room."));
  lifetime.addView();
  await promises();
  assert.deepEqual(lifetime.stages.now, {at: "missing", code: "x", deleted: ""});
});

test("a room that the server knows to be deleted is displayed with the time", async () => {
  const {lifetime, answers} = widget();
  const deleted = "The room was deleted on 2026-11-29 at 01:20 UTC.";
  answers(socket => socket.end(1008, deleted));
  lifetime.addView();
  await promises();
  assert.deepEqual(lifetime.stages.now, {at: "missing", code: null, deleted});
});

test("an editor stays when its room is deleted", async () => {
  const {edge, at} = await shown();
  edge.socket.end(4412, "The room was deleted.");
  assert.equal(at(), "open");
});

test("who is refused keeps the last code, bound to the kernel", async () => {
  const {lifetime, answers, opensAfter} = widget();
  answers(socket => socket.end(4403, "Not here."));
  lifetime.addView();
  await promises();
  assert.deepEqual(lifetime.stages.now, {at: "failed", sentence: "Not here.", writable: true});
  opensAfter(() => Promise.reject(new NoLogin("Log in.")));
  lifetime.connect();
  await promises();
  assert.deepEqual(lifetime.stages.now, {at: "failed", sentence: "Log in.", writable: true});
  opensAfter(() => Promise.reject(new Error("No extension.")));
  lifetime.connect();
  await promises();
  assert.deepEqual(lifetime.stages.now, {
    at: "failed",
    sentence: "No extension.",
    writable: false,
  });
});
