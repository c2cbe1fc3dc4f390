import assert from "node:assert/strict";
import {test} from "node:test";
import {openRoom} from "../../src/client/room";
import type {Welcome} from "../../src/wire/protocol.gen";
import {FakeEdge} from "../edge";
import {View} from "../mirror";

const welcome: Welcome = {
  type: "welcome",
  clientId: "me",
  epoch: "e",
  resumed: false,
  title: "",
  language: "",
  limit: 2,
};

function live() {
  const edge = new FakeEdge();
  const room = openRoom({baseUrl: "/", roomId: "room", edge});
  edge.socket.open();
  edge.socket.hear(welcome, {type: "initial_state", code: "x", version: 0});
  return {edge, room, view: new View(room)};
}

test("edits that wait for ten seconds are overdue, and after a minute the text is offered", () => {
  const {edge, room, view} = live();
  edge.socket.end(1006);
  view.type("a");
  edge.clock.advance(9500);
  view.type("b");
  assert.deepEqual([room.state.overdue, room.state.rescue], [0, false]);
  edge.clock.advance(2700);
  assert.deepEqual([room.state.overdue, room.state.rescue], [12, false]);
  edge.clock.advance(60_000);
  assert.deepEqual([room.state.overdue, room.state.rescue], [60, true]);
  edge.clock.advance(60_000);
  assert.equal(room.state.overdue, 120);
});

test("a slow line that stores something now and then is not overdue", () => {
  const {edge, room, view} = live();
  view.type("a");
  for (let version = 1; version < 8; version++) {
    view.type("b");
    edge.clock.advance(8000);
    edge.socket.hear({type: "saved", version});
    assert.deepEqual([room.state.status, room.state.overdue], ["saving", 0]);
  }
});

test("a confirmation ends it at once", () => {
  const {edge, room, view} = live();
  view.type("a");
  edge.clock.advance(14_000);
  assert.equal(room.state.overdue, 14);
  edge.socket.hear({type: "saved", version: 1});
  assert.deepEqual([room.state.overdue, room.state.rescue, room.state.status], [0, false, "live"]);
  edge.clock.advance(60_000);
  assert.equal(room.state.overdue, 0);
});

test("very much that is unsent is offered without waiting a minute", () => {
  const {edge, room, view} = live();
  edge.socket.end(1006);
  view.type("y".repeat(300_000));
  edge.clock.advance(1000);
  assert.deepEqual([room.state.overdue, room.state.rescue], [0, true]);
});
