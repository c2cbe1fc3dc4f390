import assert from "node:assert/strict";
import {test} from "node:test";
import {peopleLabel} from "../../src/editor/people";
import {initials} from "../../src/ui/names";

const ann = {name: "Ann Baker", color: 1, clients: ["a", "b"]};
const bob = {name: "Bob", color: 2, clients: ["c"]};

test("initials are the first and last word's first characters, whole ones", () => {
  for (const [name, letters] of [
    ["Ann Baker", "AB"],
    ["bob", "B"],
    ["Ann van der Berg", "AB"],
    ["李小龍", "李"],
    ["𝒜nn 𝒵ed", "𝒜𝒵"],
    ["", "?"],
    ["🙂", "?"],
    ["(Ann)", "A"],
  ] as const) {
    assert.equal(initials(name), letters);
  }
});

test("the label names everybody, and oneself as such in any tab", () => {
  assert.equal(peopleLabel([ann, bob], "b"), "In this room: Ann Baker (you), Bob");
  assert.equal(peopleLabel([bob, {...bob, name: " "}], ""), "In this room: Bob, Somebody");
});
