import assert from "node:assert/strict";
import {test} from "node:test";
import {fullName, initials, isolated, plain, shortened, titled} from "../../src/ui/names";

const FAMILY = "👩\u200d👩\u200d👧\u200d👦";
const ALI_REZA = "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627";

test("a cut splits no character", () => {
  for (const character of [FAMILY, "👍🏽", "🇩🇪", "e\u0301", "\u0928\u093f"]) {
    assert.equal(shortened(character.repeat(50), 40), character.repeat(40));
    assert.equal(shortened(character, 1), character);
  }
  assert.equal(shortened("Ann", 40), "Ann");
  assert.equal(shortened("", 40), "");
});

test("initials are whole characters", () => {
  assert.equal(initials("👩\u200d💻 Guest"), "G");
  assert.equal(initials(ALI_REZA), "\u0639");
  assert.equal(initials("\u0928\u093f\u0930 x"), "\u0928\u093fX");
});

test("a name in a sentence is isolated, and the rest is not", () => {
  assert.equal(isolated("Ann"), "\u2068Ann\u2069");
  assert.equal(isolated(`${ALI_REZA} (guest)`), `\u2068${ALI_REZA}\u2069 (guest)`);
  const guest = {name: ALI_REZA, color: 1, clients: [], guest: true, label: "x"};
  assert.equal(fullName(guest), `\u2068${ALI_REZA}\u2069 (guest, “\u2068x\u2069”)`);
});

test("a tooltip isolates a name that may change the direction, an announcement does not", () => {
  const sentence = `${isolated("Ann")} and ${isolated(ALI_REZA)}`;
  assert.equal(titled(sentence), `Ann and \u2068${ALI_REZA}\u2069`);
  assert.equal(plain(sentence), `Ann and ${ALI_REZA}`);
});
