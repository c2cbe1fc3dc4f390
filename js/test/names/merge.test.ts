import assert from "node:assert/strict";
import {test} from "node:test";
import {merged} from "../../src/names/merge";
import {found} from "./fakes";

const IN_CODE = {from: 4, options: [{label: "alpha"}, {label: "beta"}, {label: "_gamma"}]};
const labels = (names: ReturnType<typeof merged>) => names?.options.map(({label}) => label);

test("each name is listed once, and the kernel's come first", () => {
  const names = merged(found(4, 6, "beta", "delta", "beta"), IN_CODE, 6);
  assert.deepEqual(labels(names), ["beta", "delta", "alpha", "_gamma"]);
  assert.deepEqual([names?.from, names?.to], [4, 6]);
  const boosts = Object.fromEntries(names?.options.map(({label, boost}) => [label, boost]) ?? []);
  assert.ok(Number(boosts.delta) > Number(boosts.alpha));
});

test("private names come after others of the same source", () => {
  const names = merged(found(4, 6, "a", "_a", "__a"), IN_CODE, 6);
  const boosts = names?.options.map(({boost}) => Number(boost)) ?? [];
  const [open = 0, one = 0, two = 0, inCode = 0, , privately = 0] = boosts;
  assert.ok(open > one && one > two && two > inCode && inCode > privately);
});

test("without an answer of the kernel, the names of the code are listed", () => {
  assert.deepEqual(labels(merged(null, IN_CODE, 6)), ["alpha", "beta", "_gamma"]);
  assert.deepEqual(labels(merged(found(0, 6), IN_CODE, 6)), ["alpha", "beta", "_gamma"]);
  assert.equal(merged(null, null, 6), null);
  assert.equal(merged(found(6, 6), {from: 6, options: []}, 6), null);
});

test("where the kernel replaces another part of the text, its names stay alone", () => {
  assert.deepEqual(labels(merged(found(3, 6, "%magic"), IN_CODE, 6)), ["%magic"]);
  assert.deepEqual(labels(merged(found(4, 7, "key"), IN_CODE, 6)), ["key"]);
});

test("the kind is an icon and the signature is the detail", () => {
  const names = [
    {name: "f", kind: "function", signature: "(x, *, y=1)"},
    {name: "m", kind: "module", signature: ""},
    {name: "odd", kind: "dict key <b>", signature: ""},
  ];
  const options = merged({from: 0, to: 0, names}, null, 0)?.options ?? [];
  assert.deepEqual(
    options.map(({type, detail}) => [type, detail]),
    [
      ["function", "(x, *, y=1)"],
      ["namespace", undefined],
      ["dict", undefined],
    ],
  );
});
