import assert from "node:assert/strict";
import {test} from "node:test";
import {afterClose, roomFull} from "../../src/client/closecodes";
import {openRoom} from "../../src/client/room";
import type {Status} from "../../src/client/types";
import {guestStatus, isOut} from "../../src/hosts/gueststatus";
import {holdsText} from "../../src/hosts/leaving";
import {maskedLink, readGuestLink} from "../../src/wire/links";
import type {Welcome} from "../../src/wire/protocol.gen";
import {FakeEdge, promises} from "../edge";
import {View} from "../mirror";

const room = "r".repeat(22);
const link = `https://host.example/user/ann/pairedit/guest#${room}.invite-1.the_secret`;
const welcome: Welcome = {
  type: "welcome",
  clientId: "bob",
  epoch: "first",
  resumed: false,
  title: "",
  language: "python",
  limit: 2,
  role: "edit",
  guest: true,
  resume: "token-1",
};

function guestOf(text: string) {
  const guest = readGuestLink(text);
  assert.ok(guest);
  return guest;
}

function entered(more: Partial<Welcome> = {}, reach?: () => Promise<string>) {
  const edge = new FakeEdge();
  const guest = guestOf(link);
  const made = openRoom({guest, name: "Bob", edge, ...(reach ? {reach} : {})});
  edge.socket.open();
  edge.socket.hear({...welcome, ...more}, {type: "initial_state", code: "x", version: 3});
  return {edge, made, view: new View(made)};
}

test("a guest link is read, with the base URL of its server", () => {
  assert.deepEqual(guestOf(link), {
    baseUrl: "https://host.example/user/ann/",
    room,
    invite: "invite-1",
    secret: "the_secret",
  });
  for (const wrong of [
    "",
    "pairedit/guest",
    link.replace("#", "?"),
    link.replace(".the_secret", ""),
    link.replace("guest", "room"),
    link.replace(room, "short"),
    `${link}.more`,
  ]) {
    assert.equal(readGuestLink(wrong), null, wrong);
  }
});

test("a masked link does not contain the key", () => {
  assert.ok(!maskedLink(link).includes("the_secret"));
  assert.ok(maskedLink(link).startsWith("https://host.example/user/ann/pairedit/guest#"));
});

test("a guest enters with the key of the link, and again with the token from the server", () => {
  const {edge} = entered();
  const greeting = {type: "hello", key: edge.key(), differences: true, accepted: true, runs: true};
  const asked = {...greeting, room, invite: "invite-1", name: "Bob"};
  assert.equal(edge.socket.url, "wss://host.example/user/ann/pairedit/guest/ws");
  assert.deepEqual(edge.socket.sent, [{...asked, secret: "the_secret"}]);
  edge.socket.end(1006);
  edge.wake();
  edge.socket.open();
  assert.deepEqual(edge.socket.sent, [{...asked, version: 3, epoch: "first", resume: "token-1"}]);
});

test("a guest who may only read is live and cannot type", () => {
  const {edge, made} = entered({role: "view"});
  const {status, role, editable, message, guest} = made.state;
  assert.deepEqual([status, role, editable, message, guest], ["live", "view", false, "", true]);
  edge.socket.end(1006);
  assert.deepEqual([made.state.status, made.state.editable], ["reconnecting", false]);
  assert.doesNotMatch(made.state.message, /you type/);
});

test("a lower role stops typing with a reason, and a higher one allows it", () => {
  const {edge, made, view} = entered();
  edge.socket.hear({type: "role", role: "view"});
  assert.deepEqual([made.state.editable, made.state.role], [false, "view"]);
  assert.match(made.state.message, /only read/);
  edge.socket.hear({type: "role", role: "edit"});
  assert.deepEqual([made.state.editable, made.state.message], [true, ""]);
  view.type("y");
  assert.equal(made.state.status, "saving");
});

test("edits that were under way when the role became lower are offered for copying", () => {
  const {edge, made, view} = entered();
  view.type("y");
  edge.socket.hear({type: "role", role: "view"});
  edge.socket.hear({type: "error", code: "forbidden", message: "No."});
  assert.deepEqual([made.state.orphan, view.text, made.state.unsent], ["xy", "x", 0]);
  edge.socket.hear({type: "role", role: "edit"});
  view.type("z");
  assert.deepEqual([made.state.status, edge.socket.sent.length], ["saving", 3]);
});

const ends: readonly [number, Status][] = [
  [4401, "invalid"],
  [4410, "expired"],
  [4411, "revoked"],
  [4412, "closed"],
  [4413, "removed"],
];

for (const [code, status] of ends) {
  test(`a close with ${code} ends as ${status}, with unsent text handed out`, () => {
    const {edge, made, view} = entered();
    view.type("y");
    edge.socket.end(code);
    assert.equal(made.state.status, status);
    assert.notEqual(made.state.message, "");
    assert.deepEqual([made.state.orphan, view.text, made.state.editable], ["xy", "xy", false]);
    edge.clock.advance(60_000);
    assert.equal(edge.sockets.length, 1);
  });
}

test("a socket that does not open means an unreachable server if the page cannot find out more", async () => {
  const edge = new FakeEdge();
  const made = openRoom({guest: guestOf(link), name: "Bob", edge});
  for (let i = 0; i < 3; i++) {
    edge.socket.end(1006);
    edge.clock.advance(edge.clock.next ?? 0);
  }
  await promises();
  assert.equal(made.state.status, "connecting");
  assert.match(made.state.message, /does not answer/);
  assert.equal(edge.requests.length, 0);
});

test("a page whose origin is not allowed reads so, and makes no other attempt", async () => {
  const edge = new FakeEdge();
  const reach = (): Promise<string> => Promise.resolve("Add this page.");
  const made = openRoom({guest: guestOf(link), name: "Bob", edge, reach});
  for (let i = 0; i < 3; i++) {
    edge.socket.end(1006);
    edge.clock.advance(edge.clock.next ?? 0);
  }
  await promises();
  assert.equal(made.state.status, "refused");
  assert.equal(made.state.message, "Add this page.");
});

test("a guest requests suggestions over the socket, for the text that the server has", async () => {
  const {edge, made, view} = entered({autocomplete: true});
  const {signal} = new AbortController();
  assert.equal(made.state.suggests, true);
  const first = made.suggest(1, signal);
  const asked = {type: "autocomplete", cursorPosition: 1, version: 3, id: 1};
  assert.deepEqual(edge.socket.sent.at(-1), asked);
  edge.socket.hear({type: "suggestion", suggestion: "yz", detail: "A model", id: 1});
  assert.deepEqual(await first, {text: "yz", detail: "A model"});
  view.type("y");
  assert.equal(await made.suggest(2, signal), null);
});

test("a request that is dropped is ended at the server, if the server knows that", async () => {
  for (const cancels of [true, false]) {
    const {edge, made} = entered({autocomplete: true, cancels});
    const given = new AbortController();
    const asked = made.suggest(1, given.signal);
    given.abort();
    assert.equal(await asked, null);
    const ended = {type: "cancel_autocomplete", id: 1};
    assert.equal(edge.socket.sent.filter(each => each.type === ended.type).length, Number(cancels));
    if (cancels) assert.deepEqual(edge.socket.sent.at(-1), ended);
    // An answered request is not ended again.
    const late = new AbortController();
    const second = made.suggest(1, late.signal);
    edge.socket.hear({type: "suggestion", suggestion: "x", detail: "", id: 2});
    await second;
    const {length} = edge.socket.sent;
    late.abort();
    assert.equal(edge.socket.sent.length, length);
  }
});

test("each request gets its own reply in any order, and a lost connection gives none", async () => {
  const {edge, made} = entered({autocomplete: true});
  const given = new AbortController();
  const first = made.suggest(1, given.signal);
  given.abort();
  const second = made.suggest(1, new AbortController().signal);
  edge.socket.hear({type: "suggestion", suggestion: "new", detail: "", id: 2});
  edge.socket.hear({type: "suggestion", suggestion: "old", detail: "", id: 1});
  assert.deepEqual([await first, await second], [null, {text: "new", detail: ""}]);
  const third = made.suggest(1, new AbortController().signal);
  edge.socket.end(1006);
  assert.equal(await third, null);
});

test("a guest who has not joined gets the reason, and a button if trying again may help", () => {
  const message = "The server is full.";
  assert.equal(guestStatus({status: "connecting", message: ""}).head, "Joining…");
  assert.deepEqual(guestStatus({status: "connecting", message}), {
    head: "Not joined yet",
    sentence: message,
    retry: "Try now",
  });
  for (const status of ["full", "refused"] as const) {
    assert.equal(guestStatus({status, message}).retry, "Try again");
  }
  assert.equal(guestStatus({status: "revoked", message}).retry, "");
});

test("the sentence on the guest page does not repeat its heading", () => {
  const closes = [4401, 4403, 4410, 4411, 4412, 4413].map(code => afterClose(code, "", 0));
  for (const told of [roomFull("It takes 2 at a time."), ...closes]) {
    assert.ok("status" in told && isOut(told));
    const {head, sentence} = guestStatus(told);
    assert.match(sentence, /^[A-Z].*\.$/);
    const ending = head.split(" ").slice(-2).join(" ");
    assert.ok(!sentence.includes(ending), sentence);
  }
  assert.equal(isOut({status: "reconnecting"}), false);
});

test("a page holds text while some is unsent or offered for copying", () => {
  const {edge, made, view} = entered();
  assert.equal(holdsText(made.state), false);
  view.type("y");
  assert.equal(holdsText(made.state), true);
  edge.socket.hear({type: "error", code: "forbidden", message: "No."});
  assert.deepEqual([made.state.unsent, holdsText(made.state)], [0, true]);
  made.dropOrphan();
  assert.equal(holdsText(made.state), false);
});

test("a guest without a connection is told that a reload loses what is typed", () => {
  const {edge, made} = entered();
  edge.socket.end(1006);
  assert.equal(made.state.status, "reconnecting");
  assert.match(made.state.message, /lost if you reload the page\.$/);
  edge.wake();
  edge.socket.open();
  edge.socket.hear({...welcome, resumed: true, guest: false});
  edge.socket.end(1006);
  assert.match(made.state.message, /kept on this page and sent when it is back\.$/);
});

test("a lock ends an open request, and the next request gets its own reply", async () => {
  const {edge, made} = entered({autocomplete: true});
  const {signal} = new AbortController();
  const first = made.suggest(1, signal);
  edge.socket.hear({type: "role", role: "view"});
  edge.socket.hear({type: "error", code: "forbidden", message: "No.", id: 1});
  assert.equal(await first, null);
  edge.socket.hear({type: "role", role: "edit"});
  const second = made.suggest(1, signal);
  edge.socket.hear({type: "suggestion", suggestion: "new", detail: "", id: 2});
  assert.deepEqual(await second, {text: "new", detail: ""});
});

test("a refused message does not end an open request", async () => {
  const {edge, made} = entered({autocomplete: true});
  const {signal} = new AbortController();
  const question = made.suggest(1, signal);
  edge.socket.hear({type: "error", code: "forbidden", message: "No."});
  edge.socket.hear({type: "error", code: "too_large", message: "No."});
  edge.socket.hear({type: "suggestion", suggestion: "yz", detail: "", id: 1});
  assert.deepEqual(await question, {text: "yz", detail: ""});
});

test("a refused request does not affect edits", async () => {
  const {edge, made, view} = entered({autocomplete: true});
  const question = made.suggest(1, new AbortController().signal);
  view.type("y");
  edge.socket.hear({type: "error", code: "forbidden", message: "No.", id: 1});
  assert.equal(await question, null);
  assert.deepEqual([made.state.unsent, made.state.status, made.state.orphan], [1, "saving", null]);
});
