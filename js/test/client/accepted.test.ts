import assert from "node:assert/strict";
import {test} from "node:test";
import {openRoom} from "../../src/client/room";
import type {Update, Welcome} from "../../src/wire/protocol.gen";
import {FakeEdge} from "../edge";
import {View} from "../mirror";

const welcome: Welcome = {
  type: "welcome",
  clientId: "ann",
  epoch: "first",
  resumed: false,
  title: "",
  language: "python",
  limit: 2,
  accepted: true,
};

function live(code = "x", version = 3) {
  const edge = new FakeEdge();
  const room = openRoom({baseUrl: "/ann/", roomId: "room", edge});
  edge.socket.open();
  edge.socket.hear(welcome, {type: "initial_state", code, version});
  return {edge, room, view: new View(room)};
}

function again(edge: FakeEdge, changed: Partial<Welcome>): void {
  edge.socket.end(1006);
  edge.wake();
  edge.socket.open();
  edge.socket.hear({...welcome, ...changed});
}

test("what is accepted lets the next push leave, and is not called saved", () => {
  const {edge, room, view} = live();
  view.type("a");
  view.type("b");
  assert.equal(edge.socket.sent.length, 2);

  edge.socket.hear({type: "accepted"});
  assert.equal(edge.socket.sent.length, 3);
  assert.deepEqual([room.state.status, room.state.unsent], ["saving", 2]);
  edge.socket.hear({type: "accepted"});
  assert.deepEqual([room.state.status, room.state.unsent], ["saving", 2]);
  edge.socket.hear({type: "saved", version: 4});
  assert.deepEqual([room.state.status, room.state.unsent], ["saving", 1]);
  edge.socket.hear({type: "saved"});
  assert.deepEqual([room.state.status, room.state.unsent, room.state.version], ["live", 0, 5]);
});

test("own edits that come with those of others are saved later as well", () => {
  const {edge, room, view} = live();
  view.type("a");
  const updates: Update[] = [
    ["bob", [[0, "b"], 1]],
    ["ann", [2, [0, "a"]]],
  ];
  edge.socket.hear({type: "code_update", version: 5, updates});
  assert.deepEqual([room.state.status, view.text], ["saving", "bxa"]);
  edge.socket.hear({type: "saved", version: 5});
  assert.equal(room.state.status, "live");
});

test("what is accepted and not saved for ten seconds is overdue, though typing goes on", () => {
  const {edge, room, view} = live();
  for (let second = 0; second < 12; second++) {
    view.type("a");
    edge.socket.hear({type: "accepted"});
    edge.clock.advance(1000);
  }
  assert.ok(room.state.overdue >= 10);
  edge.socket.hear({type: "saved"});
  assert.deepEqual([room.state.overdue, room.state.status], [0, "live"]);
});

test("a log that lost accepted edits gives way to the room's text, and they are a patch", () => {
  const {edge, room, view} = live("x\n");
  view.type("a");
  edge.socket.hear({type: "accepted"});
  again(edge, {epoch: "first.second"});
  edge.socket.hear({type: "initial_state", code: "x\nothers\n", version: 9});

  assert.equal(view.text, "x\nothers\n");
  assert.equal(room.state.orphan, "x\na");
  assert.match(room.state.patch, /^\+a/m);
  assert.deepEqual([room.state.status, room.state.unsent], ["live", 0]);
});

test("a log that kept accepted edits offers no patch", () => {
  const {edge, room, view} = live();
  view.type("a");
  edge.socket.hear({type: "accepted"});
  again(edge, {epoch: "first.second"});
  edge.socket.hear({type: "initial_state", code: "xa", version: 4});

  assert.deepEqual([room.state.orphan, room.state.status], [null, "live"]);
});

test("in the same log, accepted edits wait for their receipt over a new connection", () => {
  const {edge, room, view} = live();
  view.type("a");
  edge.socket.hear({type: "accepted"});
  again(edge, {resumed: true});
  assert.deepEqual([room.state.status, room.state.orphan], ["saving", null]);
  edge.socket.hear({type: "saved"});
  assert.equal(room.state.status, "live");
});

test("a server that saves at once needs no further receipt", () => {
  const {edge, room, view} = live();
  view.type("a");
  edge.socket.hear({type: "accepted"});
  again(edge, {resumed: true, accepted: false});
  assert.equal(room.state.status, "live");
  view.type("b");
  edge.socket.hear({type: "saved"});
  assert.deepEqual([room.state.status, room.state.version], ["live", 5]);
});
