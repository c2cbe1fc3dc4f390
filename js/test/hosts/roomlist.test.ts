/** Which rooms the home page lists, and in which order. */
import assert from "node:assert/strict";
import {test} from "node:test";
import {arrangedRooms, countSentence, emptySentence, roomFacts} from "../../src/hosts/roomlist";
import type {RoomOrder} from "../../src/hosts/roomlist";
import type {ListedRoom} from "../../src/wire/api";

function room(title: string, changedAt: number, more: Partial<ListedRoom> = {}): ListedRoom {
  const made = {roomId: `id-${changedAt}`, title, language: "python", changedAt, people: []};
  return {createdAt: 0, version: 0, limit: 2, ...made, ...more} as unknown as ListedRoom;
}

const ROOMS = [
  room("Sorting 10", 1, {people: ["Ann"]}),
  room("", 4),
  room("sorting 9", 3, {language: "sql"}),
  room("Äpfel", 2, {people: ["Ann", "Bob"]}),
];

const titles = (query: string, order: RoomOrder = "changed"): string[] =>
  arrangedRooms(ROOMS, query, order).map(({title}) => title);

test("rooms are listed with the one that was changed last first", () => {
  assert.deepEqual(titles(""), ["", "sorting 9", "Äpfel", "Sorting 10"]);
});

test("by title, numbers count as numbers and rooms without a title are last", () => {
  assert.deepEqual(titles("", "title"), ["Äpfel", "sorting 9", "Sorting 10", ""]);
});

test("by people, the fullest room is first, and of equal ones that which was changed last", () => {
  assert.deepEqual(titles("", "people"), ["Äpfel", "Sorting 10", "", "sorting 9"]);
});

test("each word of a search is in the title, language, id or people of a room", () => {
  assert.deepEqual(titles("SORT"), ["sorting 9", "Sorting 10"]);
  assert.deepEqual(titles(" sort sql "), ["sorting 9"]);
  assert.deepEqual(titles("bob"), ["Äpfel"]);
  assert.deepEqual(titles("id-4"), [""]);
  assert.deepEqual(titles("untitled"), [""]);
  assert.deepEqual(titles("nothing"), []);
});

test("a list without rooms says why, and a count says of how many", () => {
  assert.equal(emptySentence(2, 1, "x"), "");
  assert.match(emptySentence(0, 0, ""), /created one above/);
  assert.equal(emptySentence(3, 0, " x "), "No room has “x” in its title, language, id or people.");
  assert.equal(countSentence(0, 0), "");
  assert.equal(countSentence(1, 1), "1 room");
  assert.equal(countSentence(3, 1), "1 of 3 rooms");
});

test("a room shows the name that opens it where its title is another one", () => {
  const facts = (title: string, name: string | null): string[] =>
    roomFacts(room(title, 1, {name}), 1).slice(2);
  assert.deepEqual(facts("Sorting", "Lesson 3"), ["opened as \u2068Lesson 3\u2069"]);
  assert.deepEqual(facts("Lesson 3", "Lesson 3"), []);
  assert.deepEqual(facts("Sorting", null), []);
});

test("a room is found by its name", () => {
  const rooms = [room("Sorting", 1, {name: "Lesson 3"}), room("Lessons", 2)];
  assert.deepEqual(
    arrangedRooms(rooms, "lesson 3", "changed").map(({title}) => title),
    ["Sorting"],
  );
});
