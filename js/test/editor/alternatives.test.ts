import assert from "node:assert/strict";
import {test} from "node:test";
import {Alternatives} from "../../src/editor/alternatives";

function displaying(...texts: string[]): Alternatives {
  const found = new Alternatives();
  found.displayed({at: 3, text: texts[0] ?? ""});
  for (const text of texts.slice(1)) {
    assert.equal(found.add(text), true);
    found.displayed(found.move(1));
  }
  return found;
}

test("the next and the previous suggestion go around the ends", () => {
  const found = displaying("a", "b", "c");
  assert.deepEqual([found.count, found.position, found.atEnd], [3, "3 of 3", true]);
  const seen = ([1, 1, -1, -1, -1] as const).map(by => found.move(by).text);
  assert.deepEqual(seen, ["a", "b", "a", "c", "b"]);
  assert.deepEqual(found.move(1), {at: 3, text: "c"});
});

test("a known or a blank suggestion is not another one", () => {
  const found = displaying("a", "b");
  assert.deepEqual(
    [found.add("a"), found.add(" \n"), found.add("b"), found.count],
    [false, false, false, 2],
  );
});

test("five at a position are all", () => {
  const found = displaying("a", "b", "c", "d");
  assert.equal(found.areAll, false);
  found.add("e");
  assert.equal(found.areAll, true);
});

test("a suggestion for another position or another text begins anew", () => {
  for (const next of [{at: 4, text: "b"}, {at: 3, text: "est"}, null]) {
    const found = displaying("a", "b");
    found.displayed(next);
    assert.equal(found.count, next ? 1 : 0);
  }
  const same = displaying("a", "b");
  same.displayed({at: 3, text: "b"});
  assert.equal(same.count, 2);
});
