import assert from "node:assert/strict";
import {test} from "node:test";
import {deleteQuestion, failedSentence, limitChoices, wantsSeat} from "../../src/room/labels";
import {plain} from "../../src/ui/names";
import {ApiError} from "../../src/wire/api";

const person = (name: string, guest = false) => ({name, color: 1, clients: [name], guest});

test("the question before a room is deleted says who is in it", () => {
  const ask = (...others: ReturnType<typeof person>[]): string =>
    plain(deleteQuestion([person("me"), ...others], "me"));
  assert.match(ask(), /Nobody else is in it\.$/);
  assert.match(ask(person("Bob", true)), /Bob \(guest\) is in it now\.$/);
  assert.match(ask(person("Bob"), person("Cem")), /Bob and Cem are in it now\.$/);
});

test("the limit of the room is among the choices, in order", () => {
  const values = limitChoices(7).map(([value]) => Number(value));
  assert.ok(values.includes(7));
  assert.deepEqual(
    values,
    [...values].sort((a, b) => a - b),
  );
  assert.deepEqual(limitChoices(2)[0], ["1", "1 person"]);
});

test("a name in a sentence is isolated", () => {
  assert.equal(
    wantsSeat({type: "seat_wanted", name: "Gus", guest: true}, 2),
    "\u2068Gus\u2069 (guest) wants to join, but the room takes 2 people at a time.",
  );
});

test("a refused change says what the room is now", () => {
  const settings = {
    suggestions: true,
    guestsMayAsk: false,
    guestsSeeOutput: false,
    guestsSeeHtml: false,
  };
  const room = {title: "Hers", language: "sql", limit: 1, settings, changes: 4};
  const error = new ApiError(409, "room_changed", "no", null, room);
  assert.match(plain(failedSentence(error, {title: "His"})), /called “Hers” now\.$/);
  assert.match(failedSentence(error, {language: "json"}), /the language is SQL now\.$/);
  assert.match(failedSentence(error, {limit: 3}), /takes 1 person now\.$/);
  assert.equal(failedSentence(new Error("no"), {limit: 3}), "no");
});
