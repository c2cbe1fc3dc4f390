import assert from "node:assert/strict";
import {test} from "node:test";
import {codeNames, isAfterDot, isNoMagic, wordStart} from "../../src/names/codenames";
import {at} from "./fakes";

async function labels(code: string) {
  const names = await codeNames(at(code));
  return names?.options.map(({label}) => label).sort() ?? null;
}

test("in Python, the names that are defined at the caret are listed", async () => {
  const code = "import os\ndef f(a, b):\n    local = a\n    |\ndef g(other): pass\n";
  assert.deepEqual(await labels(code), ["a", "b", "f", "g", "local", "os"]);
});

test("the name that is being typed is not listed", async () => {
  assert.deepEqual(await labels("alpha = 1\ndef al|"), ["alpha"]);
});

test("after a dot, the attributes in the code are listed, and none of texts", async () => {
  const code = 'x.alpha = y.beta(1.5)\nz["k"] . gamma\n# x.comment\ns = "x.text"\nx.|\nx\n';
  assert.deepEqual(await labels(code), ["alpha", "beta", "gamma"]);
  assert.deepEqual(await labels("x.alpha\nx.al|"), ["alpha"]);
});

test("in a language without such a grammar, the words of the code are listed", async () => {
  const names = await codeNames(at("select customer, 12, 3e4\nfrom orders\nwhere cust|", []));
  assert.deepEqual(names?.options.map(({label}) => label).sort(), [
    "customer",
    "from",
    "orders",
    "select",
    "where",
  ]);
});

test("a dot counts in code, behind something that may have attributes", () => {
  for (const [code, after] of [
    ["x.|", true],
    ["x.al|", true],
    ["f(1).|", true],
    ['z["k"].|', true],
    ["größe.|", true],
    ["1.|", false],
    ["# x.|", false],
    ["'x.|'", false],
    ["x|", false],
    ["..|", false],
    ["", false],
  ] as const) {
    assert.equal(isAfterDot(at(code || "|")), after, code);
  }
});

test("a magic begins a line of Python's code, and not of a text or in brackets", () => {
  for (const [code, none] of [
    ["%|", false],
    ["x = 1\nif x:\n    %tim|\n", false],
    ["%matplotlib inline\n%tim|", false],
    ["%%ba|\necho", false],
    ["x|", false],
    ["x = a %tim|", false],
    ['"""\n%tim|\n"""', true],
    ['f"""\n%tim|\n"""', true],
    ["x = (a\n  %tim|)", true],
    ["x = [a,\n  %|\n]", true],
    ["f(a,\n  %tim|\n)", true],
    ["d = {1:\n%tim|}", true],
  ] as const) {
    assert.equal(isNoMagic(at(code)), none, code);
  }
  assert.equal(isNoMagic(at("%tim|", [])), true);
});

/** By the square of its length, the search in it would take hours. */
const LONG = 2_000_000;

test("a long line does not hold up the page", async () => {
  const word = at(`${"A".repeat(LONG)}"|`, []);
  assert.equal(wordStart(word), LONG + 1);
  assert.equal(isAfterDot(word), false);
  assert.deepEqual(await labels(`y.b\nx${" ".repeat(LONG)}z.|`), ["b"]);
});

test("a word begins after the last character that is in no name", () => {
  for (const [code, from] of [
    ["ab|c", 0],
    ["a.b1|", 2],
    ["größe|", 0],
    ["1ab|", 1],
    ["x\n|", 2],
  ] as const) {
    assert.equal(wordStart(at(code)), from, code);
  }
});
