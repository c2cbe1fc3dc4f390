/** The name that a person gives themselves, in what the client sends. */
import assert from "node:assert/strict";
import {test} from "node:test";
import {openRoom} from "../../src/client/room";
import type {Welcome} from "../../src/wire/protocol.gen";
import {Kept} from "../../src/ui/kept";
import {ownNameOf} from "../../src/ui/ownname";
import {FakeEdge} from "../edge";

const welcome: Welcome = {
  type: "welcome",
  clientId: "ann",
  epoch: "first",
  resumed: false,
  title: "",
  language: "python",
  limit: 2,
};

class NamedEdge extends FakeEdge {
  readonly name = new Kept<string>({key: "name", read: kept => kept ?? "", write: name => name});
}

function opened(mayName: boolean) {
  const edge = new NamedEdge();
  // A browser that keeps nothing.
  Object.assign(globalThis, {window: {addEventListener: () => undefined}});
  edge.name.keep("Ann");
  const room = openRoom({baseUrl: "/", roomId: "room", edge});
  edge.socket.open();
  edge.socket.hear({...welcome, mayName}, {type: "initial_state", code: "x", version: 3});
  return {edge, room};
}

function nameIn(edge: FakeEdge): unknown {
  return (edge.socket.sent[0] as {name?: unknown}).name;
}

test("each hello has the name, and a new name is sent at once", () => {
  const {edge, room} = opened(true);
  assert.equal(nameIn(edge), "Ann");
  assert.equal(room.state.mayName, true);
  edge.name.keep("Anna");
  edge.clock.advance(10_000);
  assert.equal(edge.sockets.length, 2);
  edge.socket.open();
  assert.equal(nameIn(edge), "Anna");
  assert.deepEqual([edge.sockets[0]?.closed, room.doc.toString()], [true, "x"]);
});

test("where the login has a name, another one changes nothing", () => {
  const {edge, room} = opened(false);
  edge.name.keep("Anna");
  edge.clock.advance(10_000);
  assert.deepEqual([edge.sockets.length, room.state.mayName], [1, false]);
});

test("a closed room does not connect again for a name", () => {
  const {edge, room} = opened(true);
  room.close();
  edge.name.keep("Anna");
  edge.clock.advance(10_000);
  assert.equal(edge.sockets.length, 1);
});

test("the name is kept in the browser until it is removed", () => {
  const items = new Map<string, string>();
  const page = {
    storage: () => ({
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => void items.set(key, value),
      removeItem: (key: string) => void items.delete(key),
    }),
    onStorage: () => undefined,
  };
  ownNameOf(page).keep("Ann");
  assert.equal(ownNameOf(page).value, "Ann");
  ownNameOf(page).keep("");
  assert.deepEqual([ownNameOf(page).value, items.size], ["", 0]);
});
