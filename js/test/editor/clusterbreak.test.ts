import assert from "node:assert/strict";
import {test} from "node:test";
import {findClusterBreak as original} from "@marijn/find-cluster-break";
import {findClusterBreak} from "../../src/editor/clusterbreak";
import {seeded} from "../random";

const PARTS = [
  "a",
  "é",
  "e\u0301",
  "👍🏽",
  "👩‍👩‍👧",
  "🇩🇪",
  "🇫",
  "\u200d",
  "\ud83d",
  "\udc4d",
  "한",
  "क्षि",
  "\n",
];

test("every assigned character joins the one before it as in the package", () => {
  for (let code = 0; code <= 0x10ffff; code++) {
    const character = String.fromCodePoint(code);
    // The package and Node.js may have different versions of Unicode.
    if (/\p{Cn}/u.test(character)) continue;
    // Tags of flags and the last variation selectors are missing in the package.
    if (code >= 0xe0020 && code <= 0xe01ef) continue;
    const text = `a${character}b`;
    assert.equal(findClusterBreak(text, 0), original(text, 0), code.toString(16));
  }
});

test("breaks in random texts are those of the package, forward and backward", () => {
  const chance = seeded(7);
  for (let round = 0; round < 3000; round++) {
    const parts = Array.from({length: 6}, () => PARTS[chance(PARTS.length)]);
    const text = parts.join("");
    for (let pos = 0; pos <= text.length; pos++) {
      for (const forward of [true, false]) {
        for (const extending of [true, false]) {
          const given = [text, pos, forward, extending] as const;
          assert.equal(findClusterBreak(...given), original(...given), JSON.stringify(given));
        }
      }
    }
  }
});
