import assert from "node:assert/strict";
import {test} from "node:test";
import {Api, ApiError, roomSocketUrl} from "../../src/wire/api";
import type {Transport} from "../../src/wire/api";
import {HistoryRoutes} from "../../src/wire/history";
import {json} from "../edge";

interface Call {
  url: string;
  init: RequestInit;
}

function api(answer: Response | Error, cookie = ""): {api: Api; calls: Call[]} {
  const calls: Call[] = [];
  const transport: Transport = {
    cookie: () => cookie,
    fetch: (url, init) => {
      calls.push({url, init});
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
  return {api: new Api("/a%40b/", transport), calls};
}

const refused = (status: number, code: string, message: string) => (error: unknown) =>
  error instanceof ApiError &&
  assert.deepEqual([error.status, error.code, error.message], [status, code, message]) ===
    undefined;

test("a room is created with the XSRF token of the cookie", async () => {
  const link = {roomId: "r", url: "u"};
  const {api: made, calls} = api(json(200, link), "a=1; _xsrf=2%7Cab; b=2");
  assert.deepEqual(await made.createRoom({title: "T"}), link);
  const [call] = calls;
  assert.equal(call?.url, "/a%40b/pairedit/rooms");
  assert.equal(call?.init.method, "POST");
  assert.equal(call?.init.body, '{"title":"T"}');
  assert.equal(new Headers(call?.init.headers).get("X-XSRFToken"), "2|ab");
});

test("each route has its method, and URLs have only room ids and versions", async () => {
  const {api: made, calls} = api(json(200, {}));
  await made.ensureRoom("r/1").catch(() => undefined);
  await made.listRooms().catch(() => undefined);
  await made.complete("code", 4, "python").catch(() => undefined);
  await made.health().catch(() => undefined);
  const history = new HistoryRoutes(made, "r/1");
  await history.revisions(1000, 20).catch(() => undefined);
  await history.revision(7).catch(() => undefined);
  await history.restore(7).catch(() => undefined);
  await made.blame("r/1").catch(() => undefined);
  assert.deepEqual(
    calls.map(({url, init}) => `${init.method} ${url}`),
    [
      "PUT /a%40b/pairedit/rooms/r%2F1",
      "GET /a%40b/pairedit/rooms",
      "POST /a%40b/pairedit/autocomplete",
      "GET /a%40b/pairedit/health",
      "GET /a%40b/pairedit/rooms/r%2F1/revisions?after=1000&limit=20&changes=1",
      "GET /a%40b/pairedit/rooms/r%2F1/revisions/7",
      "POST /a%40b/pairedit/rooms/r%2F1/restore",
      "GET /a%40b/pairedit/rooms/r%2F1/blame",
    ],
  );
  assert.equal(calls[2]?.init.body, '{"code":"code","cursorPosition":4,"language":"python"}');
});

test("deleting a room resolves with nothing", async () => {
  const {api: made} = api(new Response(null, {status: 204}));
  assert.equal(await made.deleteRoom("r"), undefined);
});

test("an error has the server's code and message", async () => {
  const {api: made} = api(json(503, {code: "storage", message: "Disk full."}));
  await assert.rejects(made.listRooms(), refused(503, "storage", "Disk full."));
});

test("an error without a sentence names the status", async () => {
  const {api: made} = api(new Response("<html>", {status: 502}));
  await assert.rejects(made.listRooms(), refused(502, "", "The server answered with 502."));
});

test("a page instead of JSON is a login page", async () => {
  const {api: made} = api(new Response("<html>", {headers: {"Content-Type": "text/html"}}));
  await assert.rejects(made.listRooms(), refused(401, "login", "The server asks for a login."));
});

test("a redirect is not followed: the login of a proxy may have ended", async () => {
  // What browsers return for a redirect that is not followed: the status is 0.
  const redirect = Object.defineProperty(Response.error(), "type", {value: "opaqueredirect"});
  const {api: made, calls} = api(redirect);
  const message = "The login may have ended. Log in again in another tab.";
  await assert.rejects(made.listRooms(), refused(0, "redirected", message));
  await assert.rejects(made.ensureRoom("r"), refused(0, "redirected", message));
  await assert.rejects(new HistoryRoutes(made, "r").revision(1), refused(0, "redirected", message));
  assert.deepEqual(new Set(calls.map(({init}) => init.redirect)), new Set(["manual"]));
});

test("a server that is not reached has status 0", async () => {
  const {api: made} = api(new TypeError("Failed to fetch"));
  const message = "The Jupyter server cannot be reached.";
  await assert.rejects(made.listRooms(), refused(0, "unreachable", message));
});

test("a reply that is cut off counts as none", async () => {
  const cut = new ReadableStream({
    start(stream) {
      stream.enqueue(new TextEncoder().encode('{"rooms": ['));
      stream.error(new TypeError("network error"));
    },
  });
  const headers = {"Content-Type": "application/json"};
  for (const body of [cut, '{"rooms": [', ""]) {
    const {api: made} = api(new Response(body, {headers}));
    const message = "The Jupyter server cannot be reached.";
    await assert.rejects(made.health(), refused(0, "unreachable", message));
  }
});

test("an aborted request rejects with AbortError", async () => {
  const abort = new AbortController();
  abort.abort();
  const {api: made} = api(new DOMException("aborted", "AbortError"));
  await assert.rejects(made.complete("", 0, "python", abort.signal), {name: "AbortError"});
});

test("the socket's URL has the page's scheme and the base URL", () => {
  const here = "https://hub.example/user/ann/lab?x=1";
  assert.equal(roomSocketUrl("/user/ann", "r1", here), "wss://hub.example/user/ann/pairedit/ws/r1");
  assert.equal(
    roomSocketUrl("http://localhost:8888/", "r1", here),
    "ws://localhost:8888/pairedit/ws/r1",
  );
});

test("times are compared with the server's clock, which its last reply gave", async () => {
  const server = Date.now() / 1000 - 2 * 86_400;
  const answer = json(200, []);
  answer.headers.set("Date", new Date(server * 1000).toUTCString());
  const {api: made} = api(answer);
  assert.ok(Math.abs(made.now() - Date.now() / 1000) < 60);
  await made.listRooms();
  assert.ok(Math.abs(made.now() - server) < 60);
});

test("a reply without a time changes nothing", async () => {
  for (const date of [null, "soon"]) {
    const answer = json(200, []);
    if (date) answer.headers.set("Date", date);
    const {api: made} = api(answer);
    await made.listRooms();
    assert.ok(Math.abs(made.now() - Date.now() / 1000) < 60);
  }
});
