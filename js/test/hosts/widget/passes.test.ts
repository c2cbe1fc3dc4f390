import assert from "node:assert/strict";
import {test} from "node:test";
import type {Room, RoomState} from "../../../src/client/types";
import type {Model} from "../../../src/hosts/widget/model";
import {offerPass} from "../../../src/hosts/widget/passes";
import type {MadePass} from "../../../src/wire/passes";
import {promises} from "../../edge";

type Said = Record<string, unknown>;

function widget(make = () => Promise.resolve<MadePass>({passId: "i", pass: "secret"})) {
  const said: Said[] = [];
  const left: string[] = [];
  const clients: string[] = [];
  const state = {clientId: "", status: "connecting"};
  const rooms = new Set<() => void>();
  const callbacks = new Map<string, Set<(message: unknown) => void>>();
  let follows = false;
  const model = {
    get: () => follows,
    send: (message: Said) => void said.push(message),
    on: (event: string, callback: () => void) =>
      callbacks.set(event, (callbacks.get(event) ?? new Set()).add(callback)),
    off: (event: string, callback: () => void) => callbacks.get(event)?.delete(callback),
  };
  const room = {
    state,
    subscribe(listener: () => void) {
      rooms.add(listener);
      return () => void rooms.delete(listener);
    },
  };
  const fire = (event: string, value: unknown): void => {
    for (const callback of callbacks.get(event) ?? []) callback(value);
  };
  const source = {
    make(client: string) {
      clients.push(client);
      return make();
    },
    leave(passId: string) {
      left.push(passId);
      return Promise.reject(new Error("it has ended"));
    },
  };
  const end = offerPass(
    model as unknown as Model,
    room as unknown as Room,
    {server: "http://h/", room: "r"},
    source,
  );
  return {
    said,
    left,
    clients,
    end,
    be: (now: Partial<RoomState>): void => {
      Object.assign(state, now);
      for (const listener of rooms) listener();
    },
    follow: (now: boolean): void => {
      follows = now;
      fire("change:_follows", now);
    },
    tell: (message: Said) => fire("msg:custom", message),
    page: () => said.at(-1)?.page,
  };
}

const HERE = {clientId: "c", status: "live"} as const;

test("a page that is in the room offers a pass once, and makes it when the kernel asks", async () => {
  const {said, clients, be, tell, page} = widget();
  assert.deepEqual(said, []);
  be(HERE);
  be({status: "saving"});
  assert.deepEqual(
    said.map(({type}) => type),
    ["offer_pass"],
  );
  tell({type: "make_pass", page: "another"});
  tell({type: "make_pass", page: page()});
  await promises();
  assert.deepEqual(clients, ["c"]);
  assert.deepEqual(said.at(-1), {
    type: "pass",
    id: "i",
    pass: "secret",
    server: "http://h/",
    room: "r",
  });
});

test("a page offers again after the kernel has left the room, and after it was away itself", () => {
  const {said, be, follow} = widget();
  be(HERE);
  follow(true);
  assert.equal(said.length, 1);
  follow(false);
  assert.equal(said.length, 2);
  be({status: "reconnecting"});
  be({status: "live"});
  assert.equal(said.length, 3);
});

test("a page offers nothing to a kernel that is in the room itself", () => {
  const {said, be, follow} = widget();
  follow(true);
  be(HERE);
  assert.deepEqual(said, []);
});

test("a pass ends when the page leaves, and when the kernel does not use it", async () => {
  for (const unused of [true, false]) {
    const {left, be, tell, page, end} = widget();
    be(HERE);
    tell({type: "make_pass", page: page()});
    await promises();
    tell({type: "unused_pass", id: "another"});
    assert.deepEqual(left, []);
    if (unused) tell({type: "unused_pass", id: "i"});
    else end();
    assert.deepEqual(left, ["i"]);
    end();
    await promises();
    assert.deepEqual(left, ["i"]);
  }
});

test("a pass that is made after the page has left ends at once, and is sent to nobody", async () => {
  const {said, left, be, tell, page, end} = widget();
  be(HERE);
  tell({type: "make_pass", page: page()});
  end();
  await promises();
  assert.deepEqual([said.length, left], [1, ["i"]]);
});

test("the kernel gets the reason why there is no pass", async () => {
  const {said, be, tell, page} = widget(() => Promise.reject(new Error("Too many.")));
  be(HERE);
  tell({type: "make_pass", page: page()});
  await promises();
  assert.deepEqual(said.at(-1), {type: "no_pass", message: "Too many."});
});
