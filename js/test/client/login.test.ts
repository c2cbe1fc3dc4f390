import assert from "node:assert/strict";
import {test} from "node:test";
import {openRoom} from "../../src/client/room";
import type {Welcome} from "../../src/wire/protocol.gen";
import {FakeEdge, json, promises} from "../edge";
import {View} from "../mirror";

const welcome: Welcome = {
  type: "welcome",
  clientId: "ann",
  epoch: "first",
  resumed: false,
  title: "",
  language: "python",
  limit: 2,
};
const question = {type: "confirm_login", id: "a-b_c"} as const;

/** A member who has typed a key that is not stored yet. */
function typing() {
  const edge = new FakeEdge();
  const room = openRoom({baseUrl: "/ann/", roomId: "room", edge});
  edge.socket.open();
  edge.socket.hear(welcome, {type: "initial_state", code: "x", version: 3});
  const view = new View(room);
  view.type("y");
  return {edge, room, view};
}

test("a page confirms its login by a request that is no activity", async () => {
  const {edge, room} = typing();
  edge.answers.push(new Response(null, {status: 204}));
  const sent = edge.socket.sent.length;
  edge.socket.hear(question);
  await promises();
  assert.deepEqual(edge.requests, ["GET /ann/pairedit/login/a-b_c?no_track_activity=1"]);
  assert.deepEqual([room.state.status, edge.socket.sent.length], ["saving", sent]);
});

for (const [name, answer, sentence] of [
  ["was logged out", json(403, {code: "forbidden", message: ""}), /not logged in/],
  ["gets a login page", new Response("<form>", {status: 200}), /not logged in/],
  ["has become somebody else", json(409, {code: "other_login"}), /as somebody else/],
] as const) {
  test(`an editor that ${name} stops with its text, and goes on after a login`, async () => {
    const {edge, room, view} = typing();
    const {socket} = edge;
    edge.answers.push(answer);
    socket.hear(question);
    await promises();
    assert.deepEqual([room.state.status, room.state.editable], ["refused", false]);
    assert.match(room.state.message, sentence);
    assert.deepEqual([socket.closed, view.text, room.state.unsent], [true, "xy", 1]);
    edge.clock.advance(60_000);
    assert.equal(edge.sockets.length, 1);

    room.retry();
    edge.socket.open();
    edge.socket.hear({...welcome, resumed: true});
    assert.deepEqual(edge.socket.sent.at(-1), {
      type: "code_change",
      version: 3,
      updates: [[1, [0, "y"]]],
    });
  });
}

for (const [name, answer] of [
  ["cannot reach the server", null],
  ["is answered by a server that has just restarted", json(404, {code: "login_not_found"})],
  ["finds the server too busy", json(503, {code: "storage"})],
] as const) {
  test(`an editor that ${name} leaves the decision to the server`, async () => {
    const {edge, room} = typing();
    if (answer) edge.answers.push(answer);
    edge.socket.hear(question);
    await promises();
    assert.deepEqual([room.state.status, edge.socket.closed], ["saving", false]);
  });
}

test("an editor that was closed meanwhile stays closed", async () => {
  const {edge, room} = typing();
  edge.answers.push(json(403, {}));
  edge.socket.hear(question);
  room.close();
  await promises();
  edge.clock.advance(60_000);
  assert.deepEqual([room.state.status, edge.sockets.length], ["closed", 1]);
});

test("a page of another origin, whose requests carry no login, does not offer to confirm it", () => {
  const edge = new FakeEdge();
  openRoom({baseUrl: "https://other.example/ann/", roomId: "room", edge});
  edge.socket.open();
  assert.deepEqual(edge.socket.sent, [
    {type: "hello", key: edge.key(), differences: true, accepted: true, runs: true},
  ]);
});
