import assert from "node:assert/strict";
import {test} from "node:test";
import {ChangeSet} from "@codemirror/state";
import {KERNEL_MS, namesSource} from "../../src/names/source";
import {Clock} from "../clock";
import {FakeKernel, at, found} from "./fakes";

function sourceOf(kernel = new FakeKernel(), dotted = false) {
  const clock = new Clock();
  const said: string[] = [];
  const announce = (sentence: string): void => void said.push(sentence);
  const source = namesSource({kernel, timers: clock, byDot: () => dotted, announce});
  return {kernel, clock, source, said};
}

async function listed(code: string) {
  const {kernel, source} = sourceOf();
  const context = at(code);
  const asked = source(context);
  kernel.answer(found(code.lastIndexOf(".") + 1, context.pos, "known"));
  const result = await asked;
  assert.ok(result);
  return {result, length: context.state.doc.length};
}

const labels = (result: Awaited<ReturnType<ReturnType<typeof namesSource>>>) =>
  result?.options.map(({label}) => label) ?? null;

test("the kernel is asked about the code at the caret", async () => {
  const {kernel, source} = sourceOf();
  const asked = source(at("alpha = 1\nal|"));
  assert.deepEqual(
    kernel.asked.map(({code, at}) => [code, at]),
    [["alpha = 1\nal", 12]],
  );
  kernel.answer(found(10, 12, "alpine"));
  assert.deepEqual(labels(await asked), ["alpine", "alpha"]);
});

test("after 300 ms the names of the code are listed, and the question ends", async () => {
  const {kernel, clock, source} = sourceOf();
  let done = false;
  const asked = source(at("alpha = 1\nal|")).finally(() => (done = true));
  clock.pass(KERNEL_MS - 1);
  await new Promise(setImmediate);
  assert.equal(done, false);
  clock.pass(1);
  assert.deepEqual(labels(await asked), ["alpha"]);
  assert.equal(kernel.asked[0]?.signal.aborted, true);
  kernel.answer(found(10, 12, "late"));
});

test("a kernel that fails or may not be asked leaves the names of the code", async () => {
  const failing = new FakeKernel();
  failing.names = () => Promise.reject(new Error("offline"));
  assert.deepEqual(labels(await sourceOf(failing).source(at("alpha = 1\nal|"))), ["alpha"]);
  const silent = new FakeKernel();
  silent.answers = false;
  assert.deepEqual(labels(await sourceOf(silent).source(at("alpha = 1\nal|"))), ["alpha"]);
  assert.deepEqual(silent.asked, []);
});

test("a menu that closes ends the question", async () => {
  const {kernel, source} = sourceOf();
  const context = at("al|");
  const closes: (() => void)[] = [];
  context.addEventListener = (_type, close) => void closes.push(close);
  const asked = source(context);
  for (const close of closes) close();
  assert.equal(kernel.asked[0]?.signal.aborted, true);
  assert.equal(await asked, null);
});

test("a typed dot asks in code only", async () => {
  for (const [code, asks] of [
    ["x.|", 1],
    ["# x.|", 0],
    ["1.|", 0],
  ] as const) {
    const {kernel, source, said} = sourceOf(new FakeKernel(), true);
    const asked = source(at(code));
    assert.equal(kernel.asked.length, asks, code);
    kernel.answer(null);
    assert.equal(await asked, null);
    assert.deepEqual(said, []);
  }
});

test("a key that finds nothing says so", async () => {
  const {kernel, source, said} = sourceOf();
  const asked = source(at("|"));
  kernel.answer(null);
  assert.equal(await asked, null);
  assert.deepEqual(said, ["No names are known here."]);
});

test("the list stays while the person goes on with the name", async () => {
  const {validFor} = (await listed("x.al|")).result;
  assert.ok(typeof validFor === "function");
  const valid = (text: string) => validFor(text, 0, 0, at("|").state);
  assert.deepEqual(["al", "alpha", "alß_1", "a", "al.", "al "].map(valid), [
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

test("the kernel is asked again where it may know more names", async () => {
  const {kernel, source} = sourceOf();
  const asked = source(at("a|"));
  kernel.answer(found(0, 1, ...Array.from({length: 200}, (_, index) => `a${index}`)));
  const validFor = (await asked)?.validFor;
  assert.ok(typeof validFor === "function");
  assert.equal(validFor("ab", 0, 2, at("|").state), false);
});

test("changes in other lines and behind the names leave the list", async () => {
  const {result, length} = await listed("one\nx.al|\ntwo");
  const all: [number, number, string][] = [
    [0, 0, "new\n"],
    [0, 3, ""],
    [6, 8, "alp"],
    [8, 8, "p"],
    [9, 12, ""],
  ];
  for (const [from, to, insert] of all) {
    const changes = ChangeSet.of({from, to, insert}, length);
    assert.ok(result.map?.(result, changes), JSON.stringify([from, to, insert]));
  }
});

test("a change in the line before the names closes the list", async () => {
  const {result, length} = await listed("one\nx.al|\ntwo");
  const all: [number, number, string][] = [
    [4, 4, "y"],
    [4, 5, "y"],
    [5, 6, ""],
    [0, 5, ""],
    [0, length, ""],
  ];
  for (const [from, to, insert] of all) {
    const changes = ChangeSet.of({from, to, insert}, length);
    assert.equal(result.map?.(result, changes), null, JSON.stringify([from, to, insert]));
  }
});

test("after a change in another line, the line is watched at its new place", async () => {
  const {result, length} = await listed("one\nx.al|\ntwo");
  const first = ChangeSet.of({from: 0, insert: "new\n"}, length);
  const moved = result.map?.(result, first);
  assert.ok(moved);
  const insert = (from: number) => ChangeSet.of({from, insert: "y"}, length + 4);
  assert.equal(moved.map?.(moved, insert(8)), null);
  for (const from of [3, 4, 7]) assert.ok(moved.map?.(moved, insert(from)));
});
