import assert from "node:assert/strict";
import {test} from "node:test";
import {askKernel} from "../../../src/hosts/widget/guestkey";
import type {Model} from "../../../src/hosts/widget/model";
import {onceForAll} from "../../../src/ui/timing";
import {Clock} from "../../clock";
import {promises} from "../../edge";

type Heard = (message: object, files: readonly DataView[]) => void;

const files = ["editor.js", "editor.css", "python.js"];
const buffers = files.map((_, size) => new DataView(new ArrayBuffer(size)));

function asked() {
  const listeners = new Set<Heard>();
  const pages: string[] = [];
  const model = {
    on: (_: string, listener: Heard) => void listeners.add(listener),
    off: (_: string, listener: Heard) => void listeners.delete(listener),
    send: ({page}: {page: string}) => void pages.push(page),
  } as unknown as Model;
  const clock = new Clock();
  const attempt = new AbortController();
  const seen = {slow: 0, name: "", sizes: [] as (number | undefined)[]};
  const slow = (): void => void seen.slow++;
  void askKernel(model, {signal: attempt.signal, slow}, clock).then(given => {
    seen.name = given.name;
    seen.sizes = files.map(file => given.files.get(file)?.byteLength);
  });
  const answer = (page = pages[0]): void =>
    [...listeners].forEach(hear =>
      hear({type: "enter", page, guest: {}, name: "Bob", files}, buffers),
    );
  return {attempt, clock, listeners, seen, answer};
}

test("a busy kernel is reported after five seconds, and its answer is used", async () => {
  const {clock, listeners, seen, answer} = asked();
  answer("another page");
  clock.pass(4999);
  assert.equal(seen.slow, 0);
  clock.pass(1);
  answer();
  await promises();
  assert.deepEqual([seen, listeners.size], [{slow: 1, name: "Bob", sizes: [0, 1, 2]}, 0]);
});

test("a kernel that answers at once is not called busy", async () => {
  const {clock, seen, answer} = asked();
  answer();
  clock.pass(60_000);
  await promises();
  assert.deepEqual(seen, {slow: 0, name: "Bob", sizes: [0, 1, 2]});
});

test("after the end of an attempt there are no listeners and no reports", () => {
  const {attempt, clock, listeners, seen} = asked();
  attempt.abort();
  clock.pass(60_000);
  assert.deepEqual([seen.slow, listeners.size], [0, 0]);
});

test("a call that succeeded is not repeated, one that failed is", async () => {
  let count = 0;
  const load = onceForAll((fails: boolean) =>
    fails ? Promise.reject(new Error("no")) : Promise.resolve(++count),
  );
  await assert.rejects(load(true), /no/);
  assert.deepEqual([await load(false), await load(true)], [1, 1]);
});
