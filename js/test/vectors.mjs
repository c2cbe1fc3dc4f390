// Prints change-set cases made by CodeMirror itself, one JSON object a line, for the Python core:
// one for each seed, a number a line, that it is given: `seq 20000 | node js/test/vectors.mjs`.
import {readFileSync} from "node:fs";

import {rebaseUpdates} from "@codemirror/collab";
import {ChangeSet, EditorState, Text} from "@codemirror/state";

let state = 0;

/** mulberry32: small, and the same on every machine. */
function random() {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
const below = count => Math.floor(random() * count);
const pick = list => list[below(list.length)];

const alphabets = ["ab", "abc \n", "x😀y", "😀🎉\n", "äπ漢e\u0301", "\n"];
function text(most) {
  const letters = [...pick(alphabets)];
  return Array.from({length: below(most + 1)}, () => pick(letters)).join("");
}
/** As it may come from a file: with line ends of every system. */
const raw = () =>
  Array.from({length: below(12)}, () => pick(["a", "😀", "\r", "\n", "\r\n"])).join("");
const toText = code => Text.of(code.split("\n"));
const codes = () => (below(10) ? text(pick([0, 1, 5, 12, 30])) : text(400));

/** Up to four edits of a text; positions are of UTF-16 units and may split an astral character. */
function change(length) {
  const edits = [];
  let from = 0;
  for (let left = below(5); left; left--) {
    from += below(Math.min(length - from, 12) + 1);
    const to = below(2) ? from : from + below(Math.min(length - from, 8) + 1);
    edits.push({from, to, insert: below(3) ? toText(text(6)) : Text.empty});
    // Sometimes the next edit begins where this one ends, sometimes one unit on.
    from = Math.min(length, to + below(2));
  }
  return ChangeSet.of(edits, length);
}

function log(doc, count, authors) {
  const updates = [];
  let length = doc.length;
  for (let i = 0; i < count; i++) {
    const changes = change(length);
    length = changes.newLength;
    updates.push({clientID: pick(authors), changes});
  }
  return updates;
}
const plain = updates => updates.map(({clientID, changes}) => [clientID, changes.toJSON()]);

/** A late push: `updates` on version 0, `over` accepted since; some may be of this very push. */
function push(doc) {
  const updates = log(doc, below(4), ["me"]);
  let over = log(doc, below(4), ["you", "she"]);
  const accepted = below(updates.length + 1);
  if (accepted && below(2)) {
    // As an authority would have: others first, then the first of these, then others again.
    const own = rebaseUpdates(updates.slice(0, accepted), over);
    over = [...over, ...own];
    const length = over.at(-1).changes.newLength;
    over.push(...log({length}, below(3), ["you", "she"]));
  }
  return {updates, over};
}

/** As a client does that receives them one after the other; composed, they may differ. */
const stepwise = ({updates, over}) =>
  over.reduce((rest, one) => rebaseUpdates(rest, [one]), updates);

function vector(seed) {
  state = seed >>> 0;
  const code = codes();
  const doc = toText(code);
  const [a, b] = [change(doc.length), change(doc.length)];
  const c = change(a.newLength);
  const file = raw();
  const positions = Array.from({length: 4}, () => [below(doc.length + 1), pick([-1, 1])]);
  const late = push(doc);
  return {
    seed,
    doc: code,
    file,
    loaded: EditorState.create({doc: file}).doc.toString(),
    a: a.toJSON(),
    b: b.toJSON(),
    c: c.toJSON(),
    applied: a.apply(doc).toString(),
    composed: a.compose(c).toJSON(),
    mapped: b.map(a).toJSON(),
    mappedBefore: b.map(a, true).toJSON(),
    positions: positions.map(([pos, assoc]) => [pos, assoc, a.mapPos(pos, assoc)]),
    late: {updates: plain(late.updates), over: plain(late.over)},
    rebased: plain(stepwise(late)),
  };
}

const seeds = readFileSync(0, "utf8").trim().split("\n").map(Number);
for (let first = 0; first < seeds.length; first += 500) {
  const lines = seeds.slice(first, first + 500).map(seed => JSON.stringify(vector(seed)));
  process.stdout.write(`${lines.join("\n")}\n`);
}
