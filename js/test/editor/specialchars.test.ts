import assert from "node:assert/strict";
import {test} from "node:test";
import {nameOf, splitAtSpecials} from "../../src/editor/specialchars";

const marked = (text: string): string[] => splitAtSpecials(text).filter((_, place) => place % 2);

test("characters that look like a space are marked", () => {
  for (const blank of "\u00a0\u0085\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000\u2800") {
    assert.deepEqual(splitAtSpecials(`x${blank}= 1`), ["x", blank, "= 1"]);
  }
});

test("invisible characters are marked", () => {
  const hidden = ["\u00ad", "\u034f", "\u115f", "\u17b4", "\u180b", "\u200b", "\u2060", "\u2064"];
  const astral = ["\u{e0041}", "\u{e01ef}", "\u{1d173}", "\u{e0fff}"];
  for (const each of [...hidden, ...astral, "\u3164", "\ufeff", "\uffa0", "\u206f", "\ufe00"]) {
    assert.deepEqual(splitAtSpecials(`ab${each}cd`), ["ab", each, "cd"]);
  }
});

test("characters that change the direction of text are marked", () => {
  for (const each of "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") {
    assert.deepEqual(marked(`if a${each}b`), [each]);
  }
});

test("control characters and annotations are marked", () => {
  for (const each of "\u0000\u0007\u001b\u007f\u009f\ufff9\ufffc")
    assert.deepEqual(marked(each), [each]);
});

test("blanks, tabs and all that is seen are left alone", () => {
  for (const text of [
    "x = 1",
    "\tif x:\n\n  y",
    "größe λ 日本語 عربى हिन्दी ไทย",
    "\u0601\u0661 e\u0301",
  ]) {
    assert.deepEqual(splitAtSpecials(text), [text]);
  }
});

test("joiners, selectors and tags are left alone where they do their work", () => {
  const texts = [
    "👩\u200d💻 👩🏽\u200d🚀 🏴\u200d☠\ufe0f ❤\ufe0f\u200d🔥 1\ufe0f\u20e3",
    "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
    "\u0645\u06cc\u200c\u0634\u0648\u062f \u0915\u094d\u200d\u0937",
    "葛\u{e0100}",
  ];
  for (const text of texts) assert.deepEqual(splitAtSpecials(text), [text]);
});

test("joiners, selectors and tags are marked where they change nothing", () => {
  for (const joiner of "\u200c\u200d") {
    assert.deepEqual(marked(`pass${joiner}word`), [joiner]);
    assert.deepEqual(marked(`x${joiner} = 1`), [joiner]);
    assert.deepEqual(marked(joiner), [joiner]);
  }
  assert.deepEqual(marked("x\ufe0f = 1\ufe0f"), ["\ufe0f", "\ufe0f"]);
  assert.deepEqual(marked("a\u{e0067}"), ["\u{e0067}"]);
});

test("a mark has the name and the number of its character", () => {
  assert.equal(nameOf("\u00a0"), "no-break space (U+00A0)");
  assert.equal(nameOf("\u202e"), "right-to-left override (U+202E)");
  assert.equal(nameOf("\u2003"), "space (U+2003)");
  assert.equal(nameOf("\u061c"), "direction control (U+061C)");
  assert.equal(nameOf("\ufe0f"), "variation selector (U+FE0F)");
  assert.equal(nameOf("\u034f"), "invisible character (U+034F)");
  assert.equal(nameOf("\u{e0041}"), "invisible character (U+E0041)");
  assert.equal(nameOf("\u0007"), "control character (U+0007)");
  assert.equal(nameOf("\u2800"), "blank character (U+2800)");
});
