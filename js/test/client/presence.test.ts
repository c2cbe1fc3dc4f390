import assert from "node:assert/strict";
import {test} from "node:test";
import {openRoom} from "../../src/client/room";
import type {Caret, ClientMessage, Person, Update, Welcome} from "../../src/wire/protocol.gen";
import {FakeEdge} from "../edge";
import {View} from "../mirror";

const welcome: Welcome = {
  type: "welcome",
  clientId: "me",
  epoch: "e",
  resumed: false,
  title: "",
  language: "",
  limit: 3,
};
const me = {name: "Ann", color: 1, clients: ["me"]};
const bob = {name: "Bob", color: 2, clients: ["bob"]};

/** A room with "0123456789" at version 3, in which Ann's caret is at the end. */
function live(people = [me, bob], carets: Caret[] = [["bob", 5, 5]]) {
  const edge = new FakeEdge();
  const room = openRoom({baseUrl: "/", roomId: "room", edge});
  edge.socket.open();
  edge.socket.hear(welcome, {type: "initial_state", code: "0123456789", version: 3});
  edge.socket.hear({type: "presence", people, version: 3, carets});
  const view = new View(room);
  room.place({anchor: 10, head: 10});
  edge.clock.advance(1000);
  edge.socket.sent.length = 0;
  /** As an editor does: the edit, then where the caret is after it. */
  const type = (text: string, at: number): void => {
    view.change({from: at, insert: text});
    room.place({anchor: at + text.length, head: at + text.length});
  };
  return {edge, room, view, type};
}

const heads = (room: ReturnType<typeof live>["room"]) =>
  room.carets.map(({clientId, head}) => [clientId, head]);
const sent = ({socket}: FakeEdge, type: ClientMessage["type"]): ClientMessage[] =>
  socket.sent.filter(message => message.type === type);

test("another's caret is shown over one's own unsent edits and moves with them", () => {
  const {edge, room, type} = live();
  assert.deepEqual(heads(room), [["bob", 5]]);
  type("abc", 0);
  assert.deepEqual(heads(room), [["bob", 8]]);
  edge.socket.hear({type: "presence", version: 3, carets: [["bob", 1, 2]]});
  assert.deepEqual(room.carets, [
    {clientId: "bob", name: "Bob", color: 2, own: false, moved: 2, anchor: 4, head: 5},
  ]);
  edge.socket.hear({type: "saved", version: 4});
  assert.deepEqual(heads(room), [["bob", 5]]);
});

test("the caret of an author is where they typed, without a message, and they are typing for a moment", () => {
  const {edge, room} = live();
  edge.socket.hear({type: "code_update", version: 4, updates: [["bob", [2, [0, "xy"], 8]]]});
  assert.deepEqual([heads(room), room.state.typing], [[["bob", 4]], ["bob"]]);
  edge.clock.advance(1400);
  edge.socket.hear({type: "code_update", version: 5, updates: [["bob", [4, [0, "z"], 8]]]});
  edge.clock.advance(1400);
  assert.deepEqual([heads(room), room.state.typing], [[["bob", 5]], ["bob"]]);
  edge.clock.advance(200);
  assert.deepEqual(room.state.typing, []);
});

test("a whole-file write moves carets along and is not typing", () => {
  const {edge, room} = live();
  edge.socket.hear({type: "code_update", version: 4, updates: [["bob", [[0, "new"], 10], 1]]});
  assert.deepEqual([heads(room), room.state.typing], [[["bob", 8]], []]);
});

test("a person's other tab has a caret of its own, also one's own", () => {
  const tabs = [
    {...me, clients: ["me", "tab"]},
    {...bob, clients: ["bob", "b2"]},
  ];
  const {room} = live(tabs, [
    ["me", 1, 1],
    ["tab", 2, 2],
    ["bob", 3, 3],
    ["b2", 4, 4],
  ]);
  assert.deepEqual(heads(room), [
    ["tab", 2],
    ["bob", 3],
    ["b2", 4],
  ]);
  assert.deepEqual(
    room.carets.map(({own}) => own),
    [true, false, false],
  );
});

test("a person who leaves is removed after a second, and one who is back before is not", () => {
  const {edge, room} = live();
  edge.socket.hear({type: "presence", people: [me]});
  edge.clock.advance(900);
  assert.deepEqual([room.state.people.length, heads(room)], [2, [["bob", 5]]]);
  edge.socket.hear({type: "presence", people: [me, bob]});
  edge.clock.advance(5000);
  assert.deepEqual([room.state.people, heads(room)], [[me, bob], [["bob", 5]]]);
  let calls = 0;
  room.onCarets(() => calls++);
  edge.socket.hear({type: "presence", people: [me]});
  edge.clock.advance(1100);
  assert.deepEqual([room.state.people, heads(room), calls], [[me], [], 2]);
});

test("what has changed in the list of people is taken in its place", () => {
  const {edge, room} = live();
  const cem: Person = {name: "Cem", color: 3, clients: ["cem"]};
  const twoTabs = {...bob, clients: ["bob", "b2"]};
  edge.socket.hear({
    type: "presence",
    changed: [twoTabs, cem],
    version: 3,
    carets: [["cem", 1, 1]],
  });
  assert.deepEqual(room.state.people, [me, twoTabs, cem]);
  assert.deepEqual(heads(room), [
    ["bob", 5],
    ["cem", 1],
  ]);
  edge.socket.hear({type: "presence", left: ["Bob"]});
  edge.clock.advance(1100);
  assert.deepEqual([room.state.people, heads(room)], [[me, cem], [["cem", 1]]]);
});

test("who has another name is who they were, and not two people", () => {
  const {edge, room} = live();
  const other: Person = {name: "Bob", color: 4, clients: ["other"]};
  edge.socket.hear({type: "presence", changed: [other, {...bob, name: "Bob (2)"}]});
  assert.deepEqual(room.state.people, [me, other, {...bob, name: "Bob (2)"}]);
  edge.socket.hear({type: "presence", changed: [bob], left: ["Bob (2)"]});
  edge.clock.advance(1100);
  assert.deepEqual(room.state.people, [me, bob]);
});

test("a reconnection within a second does not flicker, a longer break empties the room", () => {
  const {edge, room} = live();
  const back = () => {
    edge.wake();
    edge.socket.open();
    edge.socket.hear({...welcome, resumed: true});
  };
  edge.socket.end(1006);
  assert.equal(room.state.status, "reconnecting");
  assert.deepEqual([room.state.people, heads(room)], [[me, bob], [["bob", 5]]]);
  back();
  edge.socket.hear({type: "presence", people: [me, bob], version: 3, carets: [["bob", 5, 5]]});
  edge.clock.advance(3000);
  assert.deepEqual([room.state.people, heads(room)], [[me, bob], [["bob", 5]]]);
  edge.socket.end(1006);
  back();
  edge.clock.advance(1100);
  assert.deepEqual([room.state.people, heads(room)], [[], []]);
  edge.socket.end(4412);
  assert.equal(room.state.status, "closed");
});

test("after an end there are no carets, also in the editor", () => {
  const {edge, room} = live();
  let drawn = heads(room);
  room.onCarets(() => (drawn = heads(room)));
  edge.socket.end(4411);
  assert.deepEqual([room.state.people, drawn], [[], []]);
});

test("revisions received after a reconnect are not typing", () => {
  const {edge, room} = live();
  edge.socket.end(1006);
  edge.wake();
  edge.socket.open();
  edge.socket.hear({...welcome, resumed: true});
  edge.socket.hear({type: "code_update", version: 4, updates: [["bob", [2, [0, "xy"], 8]]]});
  assert.deepEqual([room.state.typing, heads(room)], [[], [["bob", 4]]]);
});

test("typing sends no caret, also while others type", () => {
  const {edge, room, type} = live();
  let version = 3;
  for (let i = 0; i < 50; i++) {
    type("x", 5 + 2 * i);
    edge.clock.advance(40);
    edge.socket.hear({type: "saved", version: ++version});
    assert.equal(room.state.unsent, 0);
    const update: Update = ["bob", [[0, "y"], room.doc.length]];
    edge.socket.hear({type: "code_update", version: ++version, updates: [update]});
  }
  edge.clock.advance(1000);
  assert.deepEqual([sent(edge, "code_change").length, sent(edge, "presence")], [50, []]);
});

test("a click is sent at most ten times a second, the last one always", () => {
  const {edge, room} = live();
  for (let i = 0; i < 25; i++) {
    room.place({anchor: 0, head: i % 8});
    edge.clock.advance(10);
  }
  edge.clock.advance(1000);
  const told = sent(edge, "presence");
  assert.equal(told.length, 4);
  assert.deepEqual(told.at(-1), {type: "presence", version: 3, anchor: 0, head: 0});
});

test("with unsent edits the caret waits for them, and is sent if it was moved", () => {
  const {edge, room, type} = live();
  type("x", 0);
  room.place({anchor: 7, head: 7});
  edge.clock.advance(500);
  assert.deepEqual(sent(edge, "presence"), []);
  edge.socket.hear({type: "saved", version: 4});
  assert.deepEqual(sent(edge, "presence"), [{type: "presence", version: 4, anchor: 7, head: 7}]);
});

test("a caret has no answer, so that none is waited for", () => {
  const {edge, room} = live();
  edge.clock.advance(2000);
  edge.socket.hear({type: "presence"}); // that answers a check
  room.place({anchor: 1, head: 1});
  edge.clock.advance(29_000);
  assert.deepEqual([sent(edge, "presence").length, edge.sockets.length], [1, 1]);
});

test("after a new connection the caret is sent again, once this client is up to date", () => {
  const {edge} = live();
  edge.socket.end(1006);
  edge.wake();
  edge.socket.open();
  edge.socket.hear({...welcome, resumed: true});
  edge.socket.hear({type: "code_update", version: 4, updates: [["bob", [[0, "b"], 10]]]});
  assert.deepEqual(sent(edge, "presence"), []);
  edge.socket.hear({type: "presence", people: [me, bob]});
  assert.deepEqual(sent(edge, "presence"), [{type: "presence", version: 4, anchor: 11, head: 11}]);
});

test("a person with another name is not shown under the old one", () => {
  const {edge, room} = live();
  edge.socket.hear({type: "presence", left: ["Bob"], changed: [{...bob, name: "Ben"}]});
  assert.deepEqual(
    room.state.people.map(({name}) => name),
    ["Ann", "Ben"],
  );
});
