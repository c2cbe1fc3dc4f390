import assert from "node:assert/strict";
import {test} from "node:test";
import {Api, ApiError} from "../../src/wire/api";
import type {Properties} from "../../src/wire/api";
import {changeRoom, roomIn} from "../../src/wire/properties";

const settings = {
  suggestions: true,
  guestsMayAsk: false,
  guestsSeeOutput: false,
  guestsSeeHtml: false,
};
const SEEN: Properties = {title: "T", language: "python", limit: 2, settings, changes: 3};

function server(...replies: [status: number, body: object][]) {
  const sent: unknown[] = [];
  const api = new Api("/", {
    cookie: () => "_xsrf=x",
    fetch: (url, {method, body, headers}) => {
      const match = new Headers(headers).get("If-Match");
      sent.push([`${method} ${url}`, match, body]);
      const [status, reply] = replies.shift() ?? [500, {}];
      return Promise.resolve(Response.json(reply, {status}));
    },
  });
  return {api, sent};
}

const conflict = (now: Partial<Properties>): [number, object] => [
  409,
  {code: "room_changed", message: "no", room: {...SEEN, changes: 4, ...now}},
];

test("a change names the state that was seen", async () => {
  const {api, sent} = server([200, {...SEEN, limit: 3, changes: 4}]);
  assert.equal((await changeRoom(api, "r", SEEN, {limit: 3})).changes, 4);
  assert.deepEqual(sent, [["PATCH /pairedit/rooms/r", '"3"', '{"limit":3}']]);
});

test("a change of something else at the same time is no obstacle", async () => {
  const {api, sent} = server(conflict({title: "U"}), [200, {...SEEN, changes: 5}]);
  await changeRoom(api, "r", SEEN, {settings: {suggestions: false}});
  assert.deepEqual(
    sent.map(each => (each as unknown[])[1]),
    ['"3"', '"4"'],
  );
});

test("a change of the same at the same time is refused with the room as it is", async () => {
  for (const [now, wanted] of [
    [{title: "U"}, {title: "V"}],
    [{settings: {...settings, suggestions: false}}, {settings: {suggestions: true}}],
  ] as const) {
    const {api, sent} = server(conflict(now));
    await assert.rejects(changeRoom(api, "r", SEEN, wanted), (error: unknown) => {
      assert.ok(error instanceof ApiError);
      return error.room?.changes === 4;
    });
    assert.equal(sent.length, 1);
  }
});

test("a room that changes again and again is given up", async () => {
  const {api, sent} = server(conflict({}), conflict({changes: 5}), conflict({changes: 6}));
  await assert.rejects(changeRoom(api, "r", SEEN, {limit: 3}));
  assert.equal(sent.length, 3);
});

test("the room is found in the error of another bundle, which has a class of its own", () => {
  class ApiErrorOfAnotherBundle extends Error {
    room = SEEN;
  }
  assert.equal(roomIn(new ApiErrorOfAnotherBundle()), SEEN);
  for (const other of [new Error("no"), new ApiError(404, "", ""), null, undefined, "no"]) {
    assert.equal(roomIn(other), null);
  }
});
