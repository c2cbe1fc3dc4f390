// Prints change-set cases made by CodeMirror itself, one JSON object a line, for the Python core:
// `node js/test/vectors.mjs --cases 20000 --seed 1`. The same seed gives the same lines.
import {rebaseUpdates} from "@codemirror/collab";
import {ChangeSet, EditorState, Text} from "@codemirror/state";

const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const cases = option("cases", 1000);
let seed = option("seed", 1) >>> 0;

/** mulberry32: small, and the same on every machine. */
function random() {
  seed = (seed + 0x6d2b79f5) >>> 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
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
const raw = () => Array.from({length: below(12)}, () => pick(["a", "😀", "\r", "\n", "\r\n"])).join("");
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
function rebase(doc) {
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
  return {
    updates: plain(updates),
    over: plain(over),
    result: plain(rebaseUpdates(updates, over)),
    // As a client does that receives them one after the other; composed, they may differ.
    stepwise: plain(over.reduce((rest, one) => rebaseUpdates(rest, [one]), updates)),
  };
}

function vector() {
  const code = codes();
  const doc = toText(code);
  const [a, b] = [change(doc.length), change(doc.length)];
  const c = change(a.newLength);
  const file = raw();
  const positions = Array.from({length: 4}, () => [below(doc.length + 1), pick([-1, 1])]);
  return {
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
    inverted: a.invert(doc).toJSON(),
    positions: positions.map(([pos, assoc]) => [pos, assoc, a.mapPos(pos, assoc)]),
    rebase: rebase(doc),
  };
}

let lines = [];
for (let i = 0; i < cases; i++) {
  lines.push(JSON.stringify(vector()));
  if (lines.length < 500 && i + 1 < cases) continue;
  process.stdout.write(`${lines.join("\n")}\n`);
  lines = [];
}
