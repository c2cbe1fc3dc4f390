import assert from "node:assert/strict";
import {test} from "node:test";
import {openRoom} from "../../src/client/room";
import type {Welcome} from "../../src/wire/protocol.gen";
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
};

let histories = 0;

function connect(edge: FakeEdge, code: string): void {
  edge.wake();
  edge.socket.open();
  const epoch = `history-${++histories}`;
  edge.socket.hear({...welcome, epoch}, {type: "initial_state", code, version: 3});
}

/** A page whose edits of "old" are not in the room, which has "new" now. */
function lost(typed: string) {
  const edge = new FakeEdge();
  const room = openRoom({baseUrl: "/", roomId: "room", edge});
  connect(edge, "old\n");
  const view = new View(room);
  edge.socket.end(1006);
  view.type(typed);
  connect(edge, "new\n");
  return {edge, room, view};
}

test("typing on changes neither the text nor the patch that are offered", () => {
  const {edge, room, view} = lost("mine\n");
  const offered = [room.state.orphan, room.state.patch];
  assert.equal(offered[0], "old\nmine\n");
  assert.match(offered[1] ?? "", /^ old\n\+mine\n/m);
  edge.socket.end(1006);
  view.type("tiny");
  assert.deepEqual([room.state.orphan, room.state.patch], offered);
  room.dropOrphan();
  assert.deepEqual([room.state.orphan, room.state.patch], [null, ""]);
});

test("edits that are lost while others are offered are offered as well", () => {
  const {edge, room, view} = lost("one\n");
  edge.socket.end(1006);
  view.type("two\n");
  connect(edge, "newer\n");
  assert.equal(room.state.orphan, "old\none\n\n\nnew\ntwo\n");
  assert.match(room.state.patch, /^ old\n\+one\n--- .*\n\+\+\+ .*\n@@ .* @@\n new\n\+two\n$/m);
  room.dropOrphan();
  edge.socket.end(1006);
  view.type("three\n");
  connect(edge, "newest\n");
  assert.equal(room.state.orphan, "newer\nthree\n");
});

test("edits of which the server refuses each attempt are offered once", () => {
  const {edge, room, view} = lost("one\n");
  view.type("two\n");
  for (let attempt = 0; attempt < 2; attempt++) {
    edge.socket.hear({type: "error", code: "bad_change", message: "Does not fit."});
    room.retry();
    edge.socket.open();
  }
  edge.socket.hear(welcome, {type: "initial_state", code: "other\n", version: 3});
  assert.equal(room.state.orphan, "old\none\n\n\nnew\ntwo\n");
});

test("a room that has got the text of the last edits leaves the earlier ones offered", () => {
  const {edge, room, view} = lost("one\n");
  view.type("two\n");
  edge.socket.hear({type: "error", code: "bad_change", message: "Does not fit."});
  room.retry();
  edge.socket.open();
  edge.socket.hear(welcome, {type: "initial_state", code: "new\ntwo\n", version: 3});
  assert.equal(room.state.orphan, "old\none\n");
});
