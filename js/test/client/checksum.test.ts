import assert from "node:assert/strict";
import {test} from "node:test";
import {checkOf, crc32} from "../../src/client/checksum";
import {openRoom} from "../../src/client/room";
import type {ClientMessage, Welcome} from "../../src/wire/protocol.gen";
import {Authority, Client, settle} from "../authority";
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
const me = {name: "Ann", color: 1, clients: ["me"]};

function live(code = "123456789") {
  const edge = new FakeEdge();
  const room = openRoom({baseUrl: "/", roomId: "room", edge});
  edge.socket.open();
  edge.socket.hear(welcome, {type: "initial_state", code, version: 3});
  edge.socket.hear({type: "presence", people: [me]});
  return {edge, room, view: new View(room)};
}

const checks = ({sockets}: FakeEdge): ClientMessage[] =>
  sockets.flatMap(({sent}) => sent.filter(({type}) => type === "check"));

test("the CRC-32 is zlib's, of UTF-8, with its leading zeros", () => {
  assert.equal(crc32("123456789"), "cbf43926");
  assert.equal(crc32(""), "00000000");
  assert.equal(crc32("größer 🙂\n"), "a6464860");
  assert.equal(crc32("33"), "0a6216d9");
});

test("the checksum of a megabyte is that of zlib", () => {
  assert.equal(crc32("x".repeat(1 << 20)), "153b9c32");
});

test("after two quiet seconds the text is checked and its fingerprint shown, once a version", () => {
  const {edge, room} = live();
  edge.clock.advance(1900);
  assert.deepEqual([checks(edge), room.state.fingerprint], [[], ""]);
  edge.clock.advance(200);
  assert.deepEqual(checks(edge), [{type: "check", version: 3, hash: "cbf43926"}]);
  assert.equal(room.state.fingerprint, "cbf43926");
  room.place({anchor: 1, head: 1});
  edge.clock.advance(10_000);
  assert.deepEqual([checks(edge).length, room.state.fingerprint], [1, "cbf43926"]);
});

test("a client without messages for half a minute asks, and connects again without an answer", () => {
  const {edge, room} = live();
  edge.clock.advance(2000);
  edge.socket.hear({type: "presence"});
  edge.clock.advance(29_000);
  assert.deepEqual([checks(edge).length, room.state.status], [1, "live"]);
  edge.clock.advance(1000);
  assert.equal(checks(edge).length, 2);
  edge.socket.hear({type: "presence"});
  edge.clock.advance(30_000);
  assert.equal(checks(edge).length, 3);
  edge.clock.advance(14_900);
  assert.equal(room.state.status, "live");
  edge.clock.advance(1000);
  assert.equal(room.state.status, "reconnecting");
});

test("a page that was away asks at once whether its line still leads somewhere", () => {
  const {edge, room} = live();
  edge.clock.advance(2000);
  edge.socket.hear({type: "presence"});
  edge.wake();
  assert.equal(checks(edge).length, 2);
  edge.clock.advance(16_000);
  assert.equal(room.state.status, "reconnecting");
});

test("typing on either side begins the two seconds anew", () => {
  const {edge, room, view} = live("");
  edge.clock.advance(1500);
  view.type("123456789");
  assert.equal(room.state.fingerprint, "");
  edge.clock.advance(5000);
  assert.deepEqual(checks(edge), []);
  edge.socket.hear({type: "saved", version: 4});
  edge.clock.advance(1500);
  edge.socket.hear({type: "code_update", version: 5, updates: [["bob", [9, [0, "!"]]]]});
  edge.clock.advance(1900);
  assert.deepEqual([checks(edge), room.state.fingerprint], [[], ""]);
  edge.clock.advance(100);
  assert.equal(checks(edge).length, 1);
});

test("a disconnected client has no fingerprint, and gets it again without another check", () => {
  const {edge, room} = live();
  edge.clock.advance(2000);
  edge.socket.end(1006);
  assert.equal(room.state.fingerprint, "");
  edge.wake();
  edge.socket.open();
  edge.socket.hear({...welcome, resumed: true}, {type: "presence", people: [me]});
  edge.clock.advance(2000);
  assert.deepEqual([checks(edge).length, room.state.fingerprint], [1, "cbf43926"]);
});

test("a client with another text gets the room's, and undo does not revert a part of it", () => {
  const room = new Authority("one two three");
  const [ann, bob] = [new Client(room, "ann"), new Client(room, "bob")];
  settle(ann, bob);
  ann.view.type("!");
  settle(ann, bob);
  ann.replica.reset("one TWO three!", ann.replica.version);
  ann.line?.up.push(checkOf(ann.replica));
  bob.line?.up.push(checkOf(bob.replica));
  settle(ann, bob);
  assert.deepEqual([ann.text, bob.text], ["one two three!", "one two three!"]);
  assert.deepEqual([ann.sync.orphans.text, ann.restarts], [null, 0]);
  ann.view.undo();
  settle(ann, bob);
  assert.deepEqual([ann.text, bob.text], ["one two three!", "one two three!"]);
});
