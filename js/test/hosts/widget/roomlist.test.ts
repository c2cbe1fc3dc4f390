import assert from "node:assert/strict";
import {test} from "node:test";
import type {Model} from "../../../src/hosts/widget/model";
import {answerRoomList} from "../../../src/hosts/widget/roomlist";
import type {ListedRoom} from "../../../src/wire/api";
import {promises} from "../../edge";

function widget(listRooms: () => Promise<ListedRoom[]>) {
  const said: unknown[] = [];
  const callbacks = new Set<(message: unknown) => void>();
  const model = {
    send: (message: unknown) => void said.push(message),
    on: (_: string, callback: () => void) => callbacks.add(callback),
    off: (_: string, callback: () => void) => callbacks.delete(callback),
  };
  const end = answerRoomList(model as unknown as Model, {listRooms});
  return {
    said,
    end,
    say(type: string) {
      for (const callback of callbacks) callback({type});
      return promises();
    },
  };
}

void test("the page answers with the rooms of its server, when it is asked", async () => {
  const rooms = [{roomId: "r"}] as unknown as ListedRoom[];
  const page = widget(() => Promise.resolve(rooms));

  await page.say("other");
  assert.deepEqual(page.said, []);
  await page.say("rooms");
  assert.deepEqual(page.said, [{type: "rooms", rooms}]);

  page.end();
  await page.say("rooms");
  assert.equal(page.said.length, 1);
});

void test("the page says why there is no list", async () => {
  const page = widget(() => Promise.reject(new Error("Log in again.")));

  await page.say("rooms");

  assert.deepEqual(page.said, [{type: "rooms", rooms: "Log in again."}]);
});
