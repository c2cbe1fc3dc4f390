/** A change as a patch in the unified format of `diff -u`, for `patch` and `git apply`. */
import type {ChangeSet, Text} from "@codemirror/state";

/** Equal lines around a change. */
const context = 3;

/** Lines of text A that lines of text B replace. Both count from 0. */
interface Region {
  fromA: number;
  toA: number;
  fromB: number;
  toB: number;
}

/** Returns `changes` of `before` as a patch of the file `name`; empty without changes. */
export function patchOf(before: Text, changes: ChangeSet, name: string): string {
  const after = changes.apply(before);
  const [a, b] = [linesOf(before), linesOf(after)];
  const hunks = together(regions(before, after, changes, a, b)).map(hunk => write(hunk, a, b));
  return hunks.length ? `--- a/${name}\n+++ b/${name}\n${hunks.join("")}` : "";
}

/** Returns the lines with their line breaks. The last line may have none. */
function linesOf(text: Text): string[] {
  return text.toString().match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function regions(
  before: Text,
  after: Text,
  changes: ChangeSet,
  a: readonly string[],
  b: readonly string[],
): Region[] {
  const found: Region[] = [];
  changes.iterChangedRanges((startA, endA, startB, endB) => {
    let [fromA, toA] = [before.lineAt(startA).number - 1, before.lineAt(endA).number];
    let [fromB, toB] = [after.lineAt(startB).number - 1, after.lineAt(endB).number];
    const last = found.at(-1);
    if (last && fromA < last.toA) {
      // Two changes in one line.
      found.pop();
      ({fromA, fromB} = last);
    }
    [toA, toB] = [Math.min(toA, a.length), Math.min(toB, b.length)];
    found.push({fromA, toA, fromB, toB});
  });
  return found.map(region => trimmed(region, a, b)).filter(differs);
}

/** Returns the region without equal lines at its start and end. */
function trimmed(region: Region, a: readonly string[], b: readonly string[]): Region {
  let {fromA, toA, fromB, toB} = region;
  while (fromA < toA && fromB < toB && a[fromA] === b[fromB])
    [fromA, fromB] = [fromA + 1, fromB + 1];
  while (fromA < toA && fromB < toB && a[toA - 1] === b[toB - 1]) [toA, toB] = [toA - 1, toB - 1];
  return {fromA, toA, fromB, toB};
}

function differs({fromA, toA, fromB, toB}: Region): boolean {
  return fromA < toA || fromB < toB;
}

/** Groups regions with overlapping context into hunks. */
function together(all: readonly Region[]): Region[][] {
  const hunks: Region[][] = [];
  for (const region of all) {
    const before = hunks.at(-1)?.at(-1);
    if (before && region.fromA - before.toA <= 2 * context) hunks.at(-1)?.push(region);
    else hunks.push([region]);
  }
  return hunks;
}

function write(hunk: readonly Region[], a: readonly string[], b: readonly string[]): string {
  const [first, last] = [hunk[0], hunk.at(-1)];
  if (!first || !last) return "";
  const fromA = Math.max(0, first.fromA - context);
  const toA = Math.min(a.length, last.toA + context);
  const fromB = first.fromB - (first.fromA - fromA);
  const toB = last.toB + (toA - last.toA);
  let body = "";
  let at = fromA;
  for (const region of hunk) {
    body += signed(" ", a.slice(at, region.fromA));
    body += signed("-", a.slice(region.fromA, region.toA));
    body += signed("+", b.slice(region.fromB, region.toB));
    at = region.toA;
  }
  return `@@ -${range(fromA, toA)} +${range(fromB, toB)} @@\n${body}${signed(" ", a.slice(at, toA))}`;
}

function signed(sign: string, lines: readonly string[]): string {
  return lines
    .map(line =>
      line.endsWith("\n") ? sign + line : `${sign}${line}\n\\ No newline at end of file\n`,
    )
    .join("");
}

/** Returns the first line, counted from 1 (without lines: the line before), and their number. */
function range(from: number, to: number): string {
  return `${to > from ? from + 1 : from},${to - from}`;
}
