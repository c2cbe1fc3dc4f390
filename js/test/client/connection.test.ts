import assert from "node:assert/strict";
import {test} from "node:test";
import {Connection} from "../../src/client/connection";
import {ApiError} from "../../src/wire/api";
import {FakeEdge, promises} from "../edge";

function connection(probe: () => Promise<unknown> = () => Promise.resolve()) {
  const edge = new FakeEdge();
  const told: string[] = [];
  const made = new Connection(
    {connect: () => edge.connect("ws://x"), clock: edge.clock, prepare: null, probe},
    {
      opened: () => void told.push("opened"),
      received: message => void told.push(message.type),
      closed: code => void told.push(`closed ${code}`),
      changed: () => undefined,
    },
  );
  made.retry();
  return {edge, clock: edge.clock, told, made};
}

test("a connection reports messages, and ignores frames that are not JSON", () => {
  const {edge, told} = connection();
  edge.socket.open();
  edge.socket.hear({type: "saved", version: 1}, "{", "null", "7");
  edge.socket.end(1006);
  assert.deepEqual(told, ["opened", "saved", "closed 1006"]);
});

test("delays double from a quarter of a second to half a minute, and jitter is full", () => {
  const {edge, clock, made} = connection();
  const delays: (number | null)[] = [];
  for (let i = 0; i < 9; i++) {
    edge.socket.open();
    edge.socket.end(1006);
    delays.push(clock.next);
    clock.advance(clock.next ?? 0);
  }
  assert.deepEqual(delays, [250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  made.joined();
  clock.chance = 0.5;
  edge.socket.open();
  edge.socket.end(1006);
  assert.equal(clock.next, 125);
});

test("when the network is back, nothing is waited for", () => {
  const {edge, made} = connection();
  made.wake();
  assert.equal(edge.sockets.length, 1);
  edge.socket.open();
  edge.socket.end(1006);
  made.wake();
  assert.equal(edge.sockets.length, 2);
});

test("an answer that is due and does not come ends the connection", () => {
  const {edge, clock, made, told} = connection();
  edge.socket.open();
  const first = edge.socket;
  made.send({type: "code_change", code: "x"});
  clock.advance(14_000);
  made.answered();
  clock.advance(60_000);
  assert.equal(first.closed, false);
  made.send({type: "code_change", code: "x".repeat(160_000)});
  clock.advance(24_000);
  assert.equal(first.closed, false);
  clock.advance(2_000);
  assert.equal(first.closed, true);
  assert.equal(edge.sockets.length, 2);
  first.end(1006);
  first.hear({type: "saved", version: 1});
  assert.deepEqual(told, ["opened", "closed 0"]);
});

test("a socket that does not open is closed after a time", () => {
  const {edge, clock} = connection();
  clock.advance(15_000 + 250);
  assert.deepEqual(
    edge.sockets.map(each => each.closed),
    [true, false],
  );
});

for (const [code, reason, status] of [
  [1008, "No such room.", "missing"],
  [4402, "", "replaced"],
  [4412, "", "closed"],
  [4400, "Malformed", "refused"],
  [4403, "Not allowed", "refused"],
] as const) {
  test(`close code ${code} ends as "${status}" until the person tries again`, () => {
    const {edge, clock, made} = connection();
    edge.socket.open();
    edge.socket.end(code, reason);
    assert.equal(made.end?.status, status);
    assert.notEqual(made.end?.message, "");
    assert.equal(clock.next, null);
    made.retry();
    assert.deepEqual([made.end, edge.sockets.length], [null, 2]);
  });
}

for (const code of [1000, 1001, 1006, 1009, 1012, 4405, 4408, 4503, 4999]) {
  test(`close code ${code} is followed by another attempt`, () => {
    const {edge, clock, made} = connection();
    edge.socket.open();
    edge.socket.end(code, "going away");
    assert.deepEqual([made.end, clock.next], [null, 250]);
  });
}

for (const code of [1013, 4429, 4503]) {
  test(`why the server closes with ${code} is told until it lets one in`, () => {
    const {edge, clock, made} = connection();
    edge.socket.open();
    edge.socket.end(code, "Too many are here.");
    assert.deepEqual([made.end, made.message], [null, "Too many are here."]);
    clock.advance(clock.next ?? 0);
    edge.socket.open();
    assert.deepEqual([edge.sockets.length, made.message], [2, "Too many are here."]);
    made.joined();
    assert.equal(made.message, "");
  });
}

for (const code of [1013, 4429]) {
  test(`close code ${code} is followed by ten seconds of patience at least`, () => {
    const {edge, clock, made} = connection();
    clock.chance = 0;
    edge.socket.open();
    edge.socket.end(code);
    assert.equal(clock.next, 10_000);
    made.wake();
    assert.equal(edge.sockets.length, 1);
  });
}

for (const [reason, seconds] of [
  ["Too many connections: wait 1 s.", 1],
  ["Too many attempts: wait 17 s.", 17],
  ["Too many attempts: wait 0 s.", 1],
  ["Too many attempts: wait 334 s.", 60],
  ["Too many pings.", 10],
] as const) {
  test(`after "${reason}" the next attempt is made in ${seconds} s`, () => {
    const {edge, clock, made} = connection();
    edge.socket.open();
    edge.socket.end(4429, reason);
    assert.equal(made.message, reason);
    clock.advance(seconds * 1000);
    assert.equal(edge.sockets.length, 1);
    clock.advance(250);
    assert.equal(edge.sockets.length, 2);
  });
}

test("five internal errors in a row are the end, unless something worked in between", () => {
  const {edge, clock, made} = connection();
  const fail = (): void => {
    clock.advance(clock.next ?? 0);
    edge.socket.open();
    edge.socket.end(1011);
  };
  for (let i = 0; i < 4; i++) fail();
  made.progressed();
  for (let i = 0; i < 4; i++) fail();
  const statuses = [made.end?.status];
  fail();
  statuses.push(made.end?.status);
  assert.deepEqual(statuses, [undefined, "refused"]);
});

async function neverOpens(error: ApiError | null): Promise<ReturnType<typeof connection>> {
  const all = connection(() => (error ? Promise.reject(error) : Promise.resolve()));
  for (let i = 0; i < 3; i++) {
    all.edge.socket.end(1006);
    all.clock.advance(all.clock.next ?? 0);
  }
  await promises();
  return all;
}

for (const [name, error, status, message] of [
  ["a login that ran out", new ApiError(403, "forbidden", ""), "refused", /not logged in/],
  ["a login page", new ApiError(401, "login", ""), "refused", /not logged in/],
  ["a missing extension", new ApiError(404, "not_found", ""), "refused", /pip install/],
] as const) {
  test(`three attempts that never open find ${name}`, async () => {
    const {made} = await neverOpens(error);
    assert.equal(made.end?.status, status);
    assert.match(made.end?.message ?? "", message);
  });
}

test("while the extension is switched off, its reason is shown and attempts go on", async () => {
  const {made, clock} = await neverOpens(new ApiError(503, "switched_off", "No database."));
  assert.deepEqual([made.end, made.message], [null, "No database."]);
  assert.notEqual(clock.next, null);
});

test("while a proxy asks for a login, that is shown and attempts go on", async () => {
  const {made, clock} = await neverOpens(
    new ApiError(0, "redirected", "The login may have ended."),
  );
  assert.deepEqual([made.end, made.message], [null, "The login may have ended."]);
  assert.notEqual(clock.next, null);
});

test("where only the socket fails, a proxy is suspected, until one is let in", async () => {
  const {made, clock, edge} = await neverOpens(null);
  assert.match(made.message, /proxy/);
  clock.advance(clock.next ?? 0);
  edge.socket.open();
  made.joined();
  assert.equal(made.message, "");
});

test("a person who tries again does not wait for the probe", async () => {
  let answer = (): void => undefined;
  const slow = new Promise<void>(resolve => (answer = resolve));
  const {made, clock, edge} = connection(() => slow);
  for (let i = 0; i < 3; i++) {
    edge.socket.end(1006);
    clock.advance(clock.next ?? 0);
  }
  made.retry();
  edge.socket.open();
  answer();
  await promises();
  assert.deepEqual([edge.sockets.length, edge.socket.closed, made.message], [4, false, ""]);
});

test("a connection that a lost one of this client has replaced is made again", () => {
  for (const lose of ["silence", "cut"]) {
    const {edge, clock, made} = connection();
    edge.socket.open();
    if (lose === "silence") {
      made.send({type: "code_change", code: "x"});
      clock.advance(15_010);
    } else edge.socket.end(1006);
    clock.advance(250);
    assert.equal(edge.sockets.length, 2);
    edge.socket.open();
    edge.socket.end(4402);
    assert.equal(made.end, null);
    clock.advance(500);
    assert.equal(edge.sockets.length, 3);
  }
});

test("a minute after a lost connection, another place has connected", () => {
  const {edge, clock, made} = connection();
  edge.socket.open();
  edge.socket.end(1006);
  clock.advance(250);
  edge.socket.open();
  made.answered();
  clock.advance(60_000);
  edge.socket.end(4402);
  assert.equal(made.end?.status, "replaced");
});
