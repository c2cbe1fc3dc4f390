import assert from "node:assert/strict";
import {test} from "node:test";
import {openRoom} from "../../src/client/room";
import type {Room} from "../../src/client/types";
import type {ServerMessage} from "../../src/wire/protocol.gen";
import {FakeEdge} from "../edge";

const FULL: ServerMessage = {
  type: "error",
  code: "room_full",
  message: "It takes 2 at a time.",
  fatal: true,
  limit: 2,
};
const WELCOME: ServerMessage = {
  type: "welcome",
  clientId: "me",
  epoch: "e",
  resumed: false,
  title: "T",
  language: "python",
  limit: 3,
};
const STATE: ServerMessage = {type: "initial_state", code: "x", version: 0};
const MINUTE = 60_000;

class WaitingEdge extends FakeEdge {
  seen = true;
  visible = (): boolean => this.seen;

  refuse(): void {
    this.socket.open();
    this.socket.hear(FULL);
    this.socket.end(1001);
  }
}

function refused(): {edge: WaitingEdge; room: Room} {
  const edge = new WaitingEdge();
  const room = openRoom({baseUrl: "/", roomId: "r", edge});
  edge.refuse();
  return {edge, room};
}

test("who found the room full comes in by itself when there is a seat", () => {
  const {edge, room} = refused();
  assert.equal(room.state.status, "full");
  assert.match(room.state.message, /It takes 2 at a time\. Keep this page open/);
  edge.clock.advance(12_000);
  assert.equal(edge.sockets.length, 2);
  assert.equal(room.state.status, "full");
  edge.socket.open();
  edge.socket.hear(WELCOME, STATE);
  assert.equal(room.state.status, "live");
  assert.equal(room.doc.toString(), "x");
  edge.clock.advance(MINUTE);
  assert.equal(edge.sockets.length, 2);
});

test("attempts are 8 to 12 seconds apart, so that many who wait do not come at once", () => {
  const {edge} = refused();
  edge.clock.advance(11_999);
  assert.equal(edge.sockets.length, 1);
  edge.clock.advance(1);
  assert.equal(edge.sockets.length, 2);
  edge.clock.chance = 0;
  edge.refuse();
  edge.clock.advance(7_999);
  assert.equal(edge.sockets.length, 2);
  edge.clock.advance(1);
  assert.equal(edge.sockets.length, 3);
});

test("after 15 minutes a person is needed for the next attempt", () => {
  const {edge, room} = refused();
  edge.clock.chance = 0.5;
  for (let attempt = 0; attempt < 95; attempt++) {
    const {length} = edge.sockets;
    edge.clock.advance(12_000);
    if (edge.sockets.length > length) edge.refuse();
  }
  const made = edge.sockets.length;
  assert.ok(made > 70 && made < 92, String(made));
  assert.match(room.state.message, /Try again when somebody has left\./);
  edge.clock.advance(MINUTE);
  assert.equal(edge.sockets.length, made);
  room.retry();
  assert.equal(edge.sockets.length, made + 1);
  edge.refuse();
  edge.clock.advance(12_000);
  assert.equal(edge.sockets.length, made + 2);
});

test("a page that nobody sees waits until it is seen", () => {
  const {edge} = refused();
  edge.seen = false;
  edge.clock.advance(30 * MINUTE);
  assert.equal(edge.sockets.length, 1);
  edge.seen = true;
  edge.wake();
  assert.equal(edge.sockets.length, 2);
  edge.refuse();
  edge.clock.advance(12_000);
  assert.equal(edge.sockets.length, 3);
});

test("a closed room tries no more", () => {
  const {edge, room} = refused();
  room.close();
  edge.clock.advance(MINUTE);
  assert.equal(edge.sockets.length, 1);
});

test("an attempt that another reason ends is not repeated", () => {
  const {edge, room} = refused();
  edge.clock.advance(12_000);
  edge.socket.open();
  edge.socket.end(4411);
  assert.equal(room.state.status, "revoked");
  edge.clock.advance(30 * MINUTE);
  assert.equal(edge.sockets.length, 2);
});
