import assert from "node:assert/strict";
import {test} from "node:test";
import {joinCell} from "../../../src/hosts/widget/kernelnotice";
import type {Model, Traits} from "../../../src/hosts/widget/model";
import {findRoom, recreatedSentence} from "../../../src/hosts/widget/named";
import {roomOptions} from "../../../src/hosts/widget/options";
import {Api} from "../../../src/wire/api";
import type {Outcome} from "../../../src/wire/api";

const NEW = {title: "", language: "sql", limit: null, first_code: null};

/** A widget, the requests of its page, and what Python has been sent. */
function widget(traits: Partial<Traits>, outcome: Outcome = "created") {
  const values: Partial<Traits> = {room_id: "", room_name: "", outcome: "", ...NEW, ...traits};
  const model = {
    get: (name: keyof Traits) => values[name],
    set: (name: keyof Traits, value: unknown) => void Object.assign(values, {[name]: value}),
  } as unknown as Model;
  const asked: unknown[] = [];
  const api = new Api("/", {
    cookie: () => "",
    fetch: (url, {method, body}) => {
      asked.push([method, url, JSON.parse(body as string)]);
      return Promise.resolve(Response.json({roomId: "R1", url: "/r", outcome}));
    },
  });
  const saved: unknown[] = [];
  const save = (): void => void saved.push([values.room_id, values.outcome]);
  return {model, values, asked, saved, find: () => findRoom(model, api, save)};
}

test("the page asks for the room of a name, and Python gets its id", async () => {
  const {find, asked, saved} = widget({room_name: "Lesson 3", limit: 4, first_code: "x"});
  assert.equal(await find(), "R1");
  const body = {name: "Lesson 3", title: "", language: "sql", code: "x", limit: 4};
  assert.deepEqual(asked, [["POST", "/pairedit/rooms", body]]);
  assert.deepEqual(saved, [["R1", "created"]]);
});

test("a room that is known is not asked for again", async () => {
  const named = widget({room_name: "Lesson 3"});
  await named.find();
  assert.equal(await named.find(), "R1");
  assert.equal(named.asked.length, 1);
  const joined = widget({room_id: "R2"});
  assert.equal(await joined.find(), "R2");
  assert.deepEqual([joined.asked, joined.saved], [[], []]);
});

test("a room that replaces a deleted one is announced", async () => {
  for (const outcome of ["found", "created", "recreated"] as const) {
    const {find, model} = widget({room_name: "Lesson 3"}, outcome);
    assert.equal(recreatedSentence(model), "");
    await find();
    const sentence = "The room “Lesson 3” was deleted. This is a new room of that name.";
    assert.equal(recreatedSentence(model), outcome === "recreated" ? sentence : "");
  }
});

test("a room that is made again by its id keeps its name", () => {
  assert.equal(roomOptions(widget({room_name: "Lesson 3"}).model).name, "Lesson 3");
  assert.equal("name" in roomOptions(widget({}).model), false);
});

test("a kernel that does not know the room opens it by its name", () => {
  const line = (room_name: string): string | undefined =>
    joinCell(widget({room_name}).model, "R1").split("\n")[1];
  assert.equal(line("Lesson 3"), 'ed = %pairedit open "Lesson 3"');
  assert.equal(line(""), "ed = %pairedit join R1");
  assert.equal(line('a "b"'), "ed = %pairedit join R1");
});
