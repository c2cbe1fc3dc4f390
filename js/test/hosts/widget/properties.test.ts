import assert from "node:assert/strict";
import {test} from "node:test";
import type {Room} from "../../../src/client/types";
import type {Model} from "../../../src/hosts/widget/model";
import {WidgetProperties} from "../../../src/hosts/widget/properties";
import {ApiError} from "../../../src/wire/api";
import type {Properties} from "../../../src/wire/api";
import type {NewProperties} from "../../../src/wire/properties";
import {promises} from "../../edge";

const settings = {
  suggestions: true,
  guestsMayAsk: false,
  guestsSeeOutput: false,
  guestsSeeHtml: false,
};
const SEEN: Properties = {title: "T", language: "python", limit: 2, settings, changes: 3};

function widget(guest = false) {
  const values: Record<string, unknown> = {_wanted: {}, _wants: 0, _wants_done: 0};
  const model = {get: (name: string) => values[name]} as Model;
  const room = {state: {...SEEN, clientId: "me"}};
  const asked: [Properties, NewProperties][] = [];
  let answer: Promise<Properties> = Promise.resolve(SEEN);
  const change = (seen: Properties, wanted: NewProperties): Promise<Properties> => {
    asked.push([seen, wanted]);
    return answer;
  };
  const made = new WidgetProperties(model, room as Room, guest ? null : change, () => {});
  return {
    made,
    asked,
    room,
    values,
    answer: (now: Promise<Properties>): void => void (answer = now),
    fromPython: (wanted: NewProperties): void => {
      Object.assign(values, {_wanted: wanted, _wants: (values._wants as number) + 1});
      made.take();
    },
  };
}

test("what the room has is reported", () => {
  const {made} = widget();
  assert.deepEqual(made.state(), {title: "T", language: "python", limit: 2, _wants_done: 0});
});

test("what Python sets goes to the room once, and is not undone by an earlier report", async () => {
  const {made, asked, answer, fromPython} = widget();
  answer(Promise.resolve({...SEEN, title: "New", changes: 4}));
  fromPython({title: "New"});
  made.take();
  assert.deepEqual(made.state(), {});
  await promises();
  assert.deepEqual(
    asked.map(([{changes}, wanted]) => [changes, wanted]),
    [[3, {title: "New"}]],
  );
  // The answer is newer than what the socket has brought.
  assert.deepEqual(made.state(), {title: "New", language: "python", limit: 2, _wants_done: 1});
});

test("what is set before the room is entered waits", () => {
  const {made, asked, room, fromPython} = widget();
  room.state.clientId = "";
  fromPython({limit: 5});
  assert.equal(asked.length, 0);
  room.state.clientId = "me";
  made.take();
  assert.deepEqual(asked[0]?.[1], {limit: 5});
});

test("what another page has sent to the room is not sent again", () => {
  const {made, asked, values} = widget();
  Object.assign(values, {_wanted: {title: "New"}, _wants: 1, _wants_done: 1});
  made.take();
  assert.equal(asked.length, 0);
  assert.equal(made.state()._wants_done, 1);
});

test("where somebody else has changed the same, theirs stands and Python is told", async () => {
  const {made, answer, fromPython} = widget();
  const theirs = {...SEEN, title: "Theirs", changes: 4};
  answer(Promise.reject(new ApiError(409, "room_changed", "no", null, theirs)));
  fromPython({title: "New"});
  await promises();
  assert.equal(made.state().title, "Theirs");
  assert.match(made.problem, /Somebody else has changed/);
});

test("a guest's page changes nothing", () => {
  const {asked, fromPython} = widget(true);
  fromPython({title: "New"});
  assert.equal(asked.length, 0);
});
