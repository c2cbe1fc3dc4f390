import assert from "node:assert/strict";
import {test} from "node:test";
import {openRoom} from "../../src/client/room";
import type {OpenRoomOptions} from "../../src/client/room";
import type {RoomState} from "../../src/client/types";
import type {Update, Welcome} from "../../src/wire/protocol.gen";
import {FakeEdge, json, promises} from "../edge";
import {View} from "../mirror";

const welcome: Welcome = {
  type: "welcome",
  clientId: "ann",
  epoch: "first",
  resumed: false,
  title: "Loops",
  language: "python",
  limit: 2,
};
const ann = {name: "Ann", color: 3, clients: ["ann"]};

function opened(options: Partial<OpenRoomOptions> = {}) {
  const edge = new FakeEdge();
  const room = openRoom({baseUrl: "/ann/", roomId: "room", edge, ...options});
  return {edge, room};
}

function live(code = "x", version = 3) {
  const {edge, room} = opened();
  edge.socket.open();
  edge.socket.hear(welcome, {type: "initial_state", code, version});
  return {edge, room, view: new View(room)};
}

test("a room connects, greets and has a text", () => {
  const {edge, room} = opened();
  const heard: RoomState[] = [];
  room.subscribe(state => heard.push(state));
  assert.deepEqual([room.state.status, room.state.editable], ["connecting", false]);
  assert.equal(edge.socket.url, "wss://example.org/ann/pairedit/ws/room");
  edge.socket.open();
  assert.deepEqual(edge.socket.sent, [
    {
      type: "hello",
      key: edge.key(),
      differences: true,
      accepted: true,
      runs: true,
      confirmsLogin: true,
    },
  ]);
  edge.socket.hear(welcome, {type: "initial_state", code: "a\nb", version: 3});
  edge.socket.hear({type: "presence", people: [ann]});
  assert.deepEqual(room.state, {
    status: "live",
    message: "",
    editable: true,
    orphan: null,
    patch: "",
    unsent: 0,
    overdue: 0,
    rescue: false,
    version: 3,
    replaced: null,
    people: [ann],
    typing: [],
    fingerprint: "",
    clientId: "ann",
    title: "Loops",
    language: "python",
    limit: 2,
    settings: {
      suggestions: true,
      guestsMayAsk: false,
      guestsSeeOutput: false,
      guestsSeeHtml: false,
    },
    changes: 0,
    seatWanted: null,
    role: "edit",
    guest: false,
    mayName: false,
    suggests: false,
    source: null,
    kernel: null,
    ran: false,
  });
  assert.equal(heard.at(-1), room.state);
  assert.equal(room.doc.lines, 2);
});

test("what somebody changes of the room is its state at once", () => {
  const {edge, room} = live();
  const settings = {...room.state.settings, suggestions: false};
  const changed = {title: "Sorting", language: "sql", limit: 3, changes: 1, settings};
  edge.socket.hear({type: "room", ...changed});
  const {title, language, limit, changes, settings: now} = room.state;
  assert.deepEqual({title, language, limit, changes, settings: now}, changed);
  assert.deepEqual([room.state.clientId, room.state.status], ["ann", "live"]);
});

test("the name of somebody who found the room full is in the state", () => {
  const {edge, room} = live();
  edge.socket.hear({type: "seat_wanted", name: "Gus", guest: true});
  const first = room.state.seatWanted;
  assert.equal(first?.name, "Gus");
  edge.socket.hear({type: "seat_wanted", name: "Gus", guest: true});
  assert.notEqual(room.state.seatWanted, first);
});

test("typing is saving until the server has stored it", () => {
  const {edge, room, view} = live();
  view.type("y");
  assert.deepEqual([room.state.status, room.state.unsent], ["saving", 1]);
  edge.socket.hear({type: "saved", version: 4});
  assert.deepEqual([room.state.status, room.state.unsent, room.state.version], ["live", 0, 4]);
});

test("typing is possible while reconnecting, and the log continues at the old version", () => {
  const {edge, room, view} = live();
  edge.socket.end(1006);
  view.type("y");
  assert.deepEqual([room.state.status, room.state.editable], ["reconnecting", true]);
  assert.match(room.state.message, /kept/);
  edge.wake();
  edge.socket.open();
  assert.deepEqual(edge.socket.sent, [
    {
      type: "hello",
      key: edge.key(),
      differences: true,
      accepted: true,
      runs: true,
      confirmsLogin: true,
      version: 3,
      epoch: "first",
    },
  ]);
  edge.socket.hear({...welcome, resumed: true});
  assert.equal(edge.socket.sent.length, 2);
  const updates: Update[] = [
    ["bob", [[0, "b"], 1]],
    ["ann", [2, [0, "y"]]],
  ];
  edge.socket.hear({type: "code_update", version: 5, updates});
  assert.deepEqual([room.state.status, view.text], ["live", "bxy"]);
});

test("a push that is not answered for 15 seconds is sent over another connection", () => {
  const {edge, room, view} = live();
  edge.clock.advance(100_000);
  assert.equal(edge.sockets.length, 1);
  view.type("y");
  edge.clock.advance(14_000);
  assert.equal(edge.sockets.length, 1);
  edge.clock.advance(2_000);
  assert.equal(edge.sockets.length, 2);
  assert.equal(room.state.status, "reconnecting");
});

test("while nothing can be stored the room is read-only and tries every two seconds", () => {
  const {edge, room, view} = live();
  view.type("y");
  for (let i = 1; i <= 3; i++) {
    assert.equal(edge.socket.sent.length, 1 + i);
    edge.socket.hear({type: "error", code: "storage", message: "The disk is full."});
    const {status, message, editable} = room.state;
    assert.deepEqual([status, message, editable], ["read-only", "The disk is full.", false]);
    edge.clock.advance(2000);
  }
  edge.socket.hear({type: "saved", version: 4});
  assert.deepEqual([room.state.status, room.state.message], ["live", ""]);
});

test("too large a text can still be edited, and the reason is shown", () => {
  const {edge, room, view} = live();
  view.type("y".repeat(50));
  edge.socket.hear({type: "error", code: "too_large", message: "Too large."});
  const {status, message, editable} = room.state;
  assert.deepEqual([status, message, editable], ["unsaved", "Too large.", true]);
  view.change({from: 0, to: 40});
  assert.equal(edge.socket.sent.length, 3);
});

test("a message that was cut off for its size is not sent again as it is", () => {
  const {edge, room, view} = live();
  view.type("y".repeat(50));
  edge.socket.end(1009);
  edge.wake();
  edge.socket.open();
  edge.socket.hear({...welcome, resumed: true});
  assert.equal(edge.socket.sent.length, 1);
  assert.match(room.state.message, /too much at once/);
  view.undo();
  assert.deepEqual([room.state.status, room.state.unsent, edge.socket.sent.length], ["live", 0, 1]);
});

test("a bad change ends as refused with the text handed out, until the person tries again", () => {
  const {edge, room, view} = live();
  view.type("y");
  edge.socket.hear({type: "error", code: "bad_change", message: "Does not fit."});
  assert.deepEqual([room.state.status, room.state.message], ["refused", "Does not fit."]);
  assert.deepEqual([room.state.orphan, view.text, room.state.editable], ["xy", "xy", false]);
  room.retry();
  edge.socket.open();
  assert.deepEqual(edge.socket.sent, [
    {
      type: "hello",
      key: edge.key(),
      differences: true,
      accepted: true,
      runs: true,
      confirmsLogin: true,
    },
  ]);
  edge.socket.hear(welcome, {type: "initial_state", code: "x", version: 3});
  assert.deepEqual([room.state.status, view.text, room.state.orphan], ["live", "x", "xy"]);
  room.dropOrphan();
  assert.equal(room.state.orphan, null);
});

test("a line that is too slow for the room's code is tried after longer and longer pauses", () => {
  const {edge} = opened();
  const pauses: (number | null)[] = [];
  for (let i = 0; i < 4; i++) {
    edge.socket.open();
    edge.socket.hear(welcome);
    edge.socket.end(4414, "The connection is too slow for this room.");
    pauses.push(edge.clock.next);
    edge.clock.advance(edge.clock.next ?? 0);
  }
  assert.deepEqual(pauses, [250, 500, 1000, 2000]);
  edge.socket.open();
  edge.socket.hear(welcome, {type: "initial_state", code: "x", version: 3});
  edge.socket.end(4414);
  assert.equal(edge.clock.next, 250);
});

test("a connection that is lost while the client reads on is closed", () => {
  const {edge, room, view} = live();
  view.type("y");
  const stale = {type: "error", code: "stale", message: "Read on.", version: 5} as const;
  edge.socket.hear(stale);
  assert.deepEqual([room.state.status, room.state.unsent], ["saving", 1]);
  edge.clock.advance(14_000);
  edge.socket.hear({type: "code_update", version: 4, updates: [["bob", [1, [0, "b"]]]]});
  edge.clock.advance(14_000);
  assert.equal(edge.socket.closed, false);
  const first = edge.socket;
  edge.clock.advance(2_000);
  assert.equal(first.closed, true);
});

test("a full room has its status, and is joined when the person tries again", () => {
  const {edge, room} = opened();
  edge.socket.open();
  const message = "It takes 2 at a time.";
  edge.socket.hear({type: "error", code: "room_full", message, fatal: true, limit: 2});
  edge.socket.end(1001, "Voll.");
  assert.equal(room.state.status, "full");
  assert.match(room.state.message, /2 at a time/);
  room.retry();
  assert.deepEqual([room.state.status, edge.sockets.length], ["connecting", 2]);
});

test("a room that is to be made is made before the socket opens", async () => {
  const {edge} = opened({ensure: {code: "first"}});
  assert.deepEqual(edge.requests, ["PUT /ann/pairedit/rooms/room"]);
  assert.equal(edge.sockets.length, 0);
  edge.answers.push(json(503, {code: "storage", message: "Locked."}), json(201, {}));
  await promises();
  edge.clock.advance(edge.clock.next ?? 0);
  await promises();
  edge.clock.advance(edge.clock.next ?? 0);
  await promises();
  assert.deepEqual([edge.requests.length, edge.sockets.length], [3, 1]);
  edge.socket.end(1006);
  edge.clock.advance(edge.clock.next ?? 0);
  assert.deepEqual([edge.requests.length, edge.sockets.length], [3, 2]);
});

test("trying again does not create a deleted room", async () => {
  const edge = new FakeEdge();
  edge.answers.push(json(201, {}), json(201, {}));
  const room = openRoom({baseUrl: "/", roomId: "room", edge, ensure: {code: "first"}});
  await promises();
  edge.socket.open();
  edge.socket.hear(welcome, {type: "initial_state", code: "first", version: 0});
  edge.socket.end(4412, "The room was deleted.");
  assert.equal(room.state.status, "closed");
  room.retry();
  await promises();
  assert.deepEqual([edge.requests.length, edge.sockets.length], [1, 2]);
});

test("a room that was deleted while a page was offline may be made again with its text", async () => {
  const edge = new FakeEdge();
  const room = openRoom({baseUrl: "/", roomId: "room", edge});
  await promises();
  edge.socket.end(1008, "No such room.");
  assert.match(room.state.message, /deleted, or the link is not complete/);
  room.retry();
  edge.socket.open();
  edge.socket.hear(welcome, {type: "initial_state", code: "x", version: 3});
  new View(room).type("y");
  edge.socket.end(3001);
  room.retry();
  edge.socket.end(1008, "No such room.");
  assert.equal(room.state.status, "missing");
  assert.match(room.state.message, /^It was deleted while/);
  room.retry();
  edge.socket.end(1008, "The room was deleted on 2026-11-29 at 01:20 UTC.");
  assert.equal(room.state.status, "missing");
  assert.match(room.state.message, /^The room was deleted on 2026-.* UTC\. The text below is/);
  const code = room.doc.toString();
  room.retry();
  edge.socket.open();
  edge.socket.hear({...welcome, epoch: "second"}, {type: "initial_state", code, version: 0});
  assert.deepEqual(
    [room.state.status, room.state.orphan, room.doc.toString()],
    ["live", null, code],
  );
});

test("a room that cannot be made says why", async () => {
  const edge = new FakeEdge();
  edge.answers.push(json(404, {message: "Not Found"}));
  const room = openRoom({baseUrl: "/", roomId: "room", edge, ensure: {}});
  await promises();
  assert.equal(room.state.status, "refused");
  assert.match(room.state.message, /pip install jupyter_pairedit/);
});

test("a closed room is silent", () => {
  const {edge, room, view} = live();
  let calls = 0;
  room.subscribe(() => calls++);
  room.close();
  assert.equal(room.state.status, "closed");
  assert.deepEqual([edge.socket.closed, edge.clock.next], [true, null]);
  calls = 0;
  view.type("y");
  edge.wake();
  assert.deepEqual([calls, edge.sockets.length], [0, 1]);
});

test("a run that is refused says nothing of the edits, which are sent all the same", () => {
  const {edge, room, view} = live();
  const news: string[] = [];
  room.runs.receive(({type}) => news.push(type));
  view.type("a", 0);
  const refused = {type: "run_refused", id: 1, message: "no"} as const;
  for (const code of ["forbidden", "storage", "malformed"] as const) {
    edge.socket.hear({...refused, code});
  }
  assert.deepEqual(
    [room.state.status, room.state.orphan, room.doc.toString()],
    ["saving", null, "ax"],
  );
  assert.deepEqual(news.slice(-3), ["run_refused", "run_refused", "run_refused"]);
});
