import assert from "node:assert/strict";
import {test} from "node:test";
import type {CompletionContext, CompletionResult} from "@codemirror/autocomplete";
import {ChangeSet} from "@codemirror/state";
import {KERNEL_MS, namesSources} from "../../src/names/source";
import {Clock} from "../clock";
import {FakeKernel, at, found} from "./fakes";

function sourcesOf(kernel = new FakeKernel(), dotted = false) {
  const clock = new Clock();
  const said: string[] = [];
  const announce = (sentence: string): void => void said.push(sentence);
  const options = {kernel, timers: clock, byDot: () => dotted, announce};
  const [ofCode, ofKernel] = namesSources(options);
  /** Asks both, as CodeMirror does. */
  const ask = (context: CompletionContext) => ({code: ofCode(context), known: ofKernel(context)});
  return {kernel, clock, ask, said};
}

async function listed(code: string) {
  const {kernel, ask} = sourcesOf();
  const context = at(code);
  const {known} = ask(context);
  kernel.answer(found(code.lastIndexOf(".") + 1, context.pos, "known"));
  const result = await known;
  assert.ok(result);
  return {result, length: context.state.doc.length};
}

const labels = (result: CompletionResult | null) => result?.options.map(({label}) => label) ?? null;

test("the names of the code are listed while the kernel is asked", async () => {
  const {kernel, ask} = sourcesOf();
  const {code, known} = ask(at("alpha = 1\nalpine = 2\nal|"));
  const first = await code;
  assert.deepEqual(labels(first), ["alpha", "alpine"]);
  assert.deepEqual(
    kernel.asked.map(({code, at}) => [code, at]),
    [["alpha = 1\nalpine = 2\nal", 23]],
  );
  kernel.answer(found(21, 23, "alpha", "already"));
  assert.deepEqual(labels(await known), ["already"]);
  assert.deepEqual(
    first?.options.map(({type}) => type),
    ["function", "variable"],
  );
});

test("after 300 ms the kernel is not waited for, and the question ends", async () => {
  const {kernel, clock, ask} = sourcesOf();
  let done = false;
  const known = ask(at("alpha = 1\nal|")).known.finally(() => (done = true));
  clock.pass(KERNEL_MS - 1);
  await new Promise(setImmediate);
  assert.equal(done, false);
  clock.pass(1);
  assert.equal(await known, null);
  assert.equal(kernel.asked[0]?.signal.aborted, true);
  kernel.answer(found(10, 12, "late"));
});

test("a kernel that fails or may not be asked leaves the names of the code", async () => {
  const failing = new FakeKernel();
  failing.names = () => Promise.reject(new Error("offline"));
  const silent = new FakeKernel();
  silent.answers = false;
  for (const kernel of [failing, silent]) {
    const {code, known} = sourcesOf(kernel).ask(at("alpha = 1\nal|"));
    assert.deepEqual(labels(await code), ["alpha"]);
    assert.equal(await known, null);
  }
  assert.deepEqual(silent.asked, []);
});

test("a menu that closes ends the question", async () => {
  const {kernel, ask} = sourcesOf();
  const context = at("al|");
  const closes: (() => void)[] = [];
  context.addEventListener = (_type, close) => void closes.push(close);
  const {known} = ask(context);
  for (const close of closes) close();
  assert.equal(kernel.asked[0]?.signal.aborted, true);
  assert.equal(await known, null);
});

test("a typed dot asks in code only", async () => {
  for (const [code, asks] of [
    ["x.|", 1],
    ["# x.|", 0],
    ["1.|", 0],
  ] as const) {
    const {kernel, ask, said} = sourcesOf(new FakeKernel(), true);
    const {code: inCode, known} = ask(at(code));
    assert.equal(kernel.asked.length, asks, code);
    kernel.answer(null);
    assert.deepEqual([await inCode, await known], [null, null]);
    assert.deepEqual(said, []);
  }
});

test("behind a percent sign that begins no magic, the kernel is not asked", async () => {
  for (const [code, asks] of [
    ["%tim|", 1],
    ['"""\n%tim|\n"""', 0],
  ] as const) {
    const {kernel, ask} = sourcesOf();
    const {known} = ask(at(code));
    assert.equal(kernel.asked.length, asks, code);
    kernel.answer(null);
    assert.equal(await known, null);
  }
});

test("a key that finds nothing says so", async () => {
  const {kernel, ask, said} = sourcesOf();
  const {code, known} = ask(at("|"));
  kernel.answer(null);
  assert.deepEqual([await code, await known], [null, null]);
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
  const {kernel, ask} = sourcesOf();
  const {known} = ask(at("a|"));
  kernel.answer(found(0, 1, ...Array.from({length: 200}, (_, index) => `a${index}`)));
  const validFor = (await known)?.validFor;
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
