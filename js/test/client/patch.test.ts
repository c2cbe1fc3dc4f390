import assert from "node:assert/strict";
import {test} from "node:test";
import {ChangeSet} from "@codemirror/state";
import type {ChangeSpec} from "@codemirror/state";
import {patchOf} from "../../src/client/patch";
import {toText} from "../../src/client/text";
import {seeded} from "../random";

const patch = (before: string, ...edits: ChangeSpec[]): string => {
  const doc = toText(before);
  return patchOf(doc, ChangeSet.of(edits, doc.length), "room.py").replace(/^.*\n.*\n/, "");
};

test("a patch has the lines that differ with three around them", () => {
  assert.equal(
    patch("1\n2\n3\n4\n5\n6\n7\n8\n", {from: 8, insert: "x"}),
    "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x5\n 6\n 7\n 8\n",
  );
  assert.equal(patch("a\nb\n", {from: 2, insert: "new\n"}), "@@ -1,2 +1,3 @@\n a\n+new\n b\n");
});

test("a patch of nothing is empty, and its head names the file", () => {
  const doc = toText("a\n");
  assert.equal(patchOf(doc, ChangeSet.empty(2), "room.py"), "");
  const changes = ChangeSet.of({from: 0, insert: "b"}, 2);
  assert.match(patchOf(doc, changes, "room.py"), /^--- a\/room.py\n\+\+\+ b\/room.py\n@@ /);
});

test("a text that begins, ends or is without a line end is written so", () => {
  const none = "\\ No newline at end of file\n";
  assert.equal(patch("", {from: 0, insert: "a\nb"}), `@@ -0,0 +1,2 @@\n+a\n+b\n${none}`);
  assert.equal(patch("a\n", {from: 0, to: 2}), "@@ -1,1 +0,0 @@\n-a\n");
  assert.equal(patch("a", {from: 1, insert: "\n"}), `@@ -1,1 +1,1 @@\n-a\n${none}+a\n`);
});

test("whatever was changed, the patch makes the one text of the other", () => {
  const below = seeded(7);
  for (let round = 0; round < 2000; round++) {
    const before = Array.from({length: below(40)}, () => "ab\n\n"[below(4)]).join("");
    const edits: ChangeSpec[] = [];
    for (let at = below(before.length + 1); at <= before.length; at += 1 + below(30)) {
      const to = Math.min(before.length, at + below(4));
      edits.push({from: at, to, insert: ["", "x", "y\n", "\n"][below(4)] ?? ""});
      at = to;
    }
    const doc = toText(before);
    const changes = ChangeSet.of(edits, doc.length);
    const after = changes.apply(doc).toString();
    assert.equal(applied(before, patchOf(doc, changes, "room.py")), after, JSON.stringify(before));
  }
});

/** A patch applied to a text, with everything in it compared. */
function applied(text: string, patch: string): string {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  let shift = 0;
  for (const hunk of patch.split(/^@@ /m).slice(1)) {
    const [head = "", ...rest] =
      hunk
        .replace(/\n\\ No newline at end of file\n/g, "\u0001")
        .match(/[^\n\u0001]*[\n\u0001]/g) ?? [];
    const [, from = "", count = "", , added = ""] = /-(\d+),(\d+) \+(\d+),(\d+)/.exec(head) ?? [];
    const side = (without: string): string[] =>
      rest.filter(line => line[0] !== without).map(line => line.slice(1).replace("\u0001", ""));
    const [old, now] = [side("+"), side("-")];
    assert.deepEqual([old.length, now.length], [Number(count), Number(added)]);
    const at = Number(from) - (Number(count) ? 1 : 0) + shift;
    assert.deepEqual(lines.slice(at, at + old.length), old);
    lines.splice(at, old.length, ...now);
    shift += now.length - old.length;
  }
  return lines.join("");
}
