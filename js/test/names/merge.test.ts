import assert from "node:assert/strict";
import {test} from "node:test";
import type {Completion} from "@codemirror/autocomplete";
import {codeOptions, kernelOptions} from "../../src/names/merge";
import {found} from "./fakes";

const IN_CODE = {from: 4, options: [{label: "alpha"}, {label: "beta"}, {label: "_gamma"}]};
const labels = (options: readonly Completion[]) => options.map(({label}) => label);
const boosts = (options: readonly Completion[]) => options.map(({boost}) => Number(boost));

test("each name is listed once, and what only the kernel knows comes after the code's", () => {
  const ofCode = codeOptions(IN_CODE);
  const ofKernel = kernelOptions(found(4, 6, "beta", "delta", "delta"), ofCode);
  assert.deepEqual(labels(ofKernel), ["delta"]);
  assert.ok(Math.max(...boosts(ofKernel)) < Math.min(...boosts(ofCode)));
});

test("a name that is listed already gets what the kernel knows of it, and keeps its place", () => {
  const ofCode = codeOptions(IN_CODE);
  const names = [{name: "beta", kind: "function", signature: "(x)"}];
  assert.deepEqual(kernelOptions({from: 4, to: 6, names}, ofCode), []);
  assert.deepEqual(ofCode[1], {label: "beta", type: "function", detail: "(x)", boost: -0});
  const unknown = [{name: "alpha", kind: "", signature: ""}];
  kernelOptions({from: 4, to: 6, names: unknown}, ofCode);
  assert.deepEqual(ofCode[0], {label: "alpha", boost: -0});
});

test("private names come after others of the same source", () => {
  const [open = 0, one = 0, two = 0] = boosts(kernelOptions(found(4, 6, "a", "_a", "__a"), []));
  assert.ok(open > one && one > two);
  const [alpha = 0, , gamma = 0] = boosts(codeOptions(IN_CODE));
  assert.ok(alpha > gamma);
});

test("keys and magics come before words of the code, also those that are such words", () => {
  for (const kind of ["dict key", "magic"]) {
    const names = ["other", "beta"].map(name => ({name, kind, signature: ""}));
    const ofCode = codeOptions(IN_CODE);
    const [other] = boosts(kernelOptions({from: 4, to: 6, names}, ofCode));
    const [alpha = 0, beta, gamma = 0] = boosts(ofCode);
    assert.ok(other && other > Math.max(alpha, gamma));
    assert.equal(beta, other);
  }
});

test("the kind is an icon and the signature is the detail", () => {
  const names = [
    {name: "f", kind: "function", signature: "(x, *, y=1)"},
    {name: "m", kind: "module", signature: ""},
    {name: "a key", kind: "dict key", signature: ""},
    {name: "odd", kind: "odd <b>", signature: ""},
  ];
  const options = kernelOptions({from: 0, to: 0, names}, []);
  assert.deepEqual(
    options.map(({type, detail}) => [type, detail]),
    [
      ["function", "(x, *, y=1)"],
      ["namespace", undefined],
      ["property", undefined],
      ["odd", undefined],
    ],
  );
});
