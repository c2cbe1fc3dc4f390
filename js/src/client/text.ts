/** Text in the form that a room stores: lines end with "\n", and surrogates are paired. */
import {ChangeSet, Text} from "@codemirror/state";
import type {ChangeJSON} from "../wire/protocol.gen";

/** Characters that a store refuses: NUL, carriage return, a lone surrogate. */
const unstorable = /[\0\r]|[\uD800-\uDFFF]/u;

/** Returns a storable text: line ends become "\n", NUL is removed, lone surrogates are replaced. */
export function clean(code: string): string {
  if (!unstorable.test(code)) return code;
  return code
    .replace(/\r\n?/g, "\n")
    .replace(/\0/g, "")
    .replace(/[\uD800-\uDFFF]/gu, "\uFFFD");
}

/** Returns the document of a storable text, which has the same length. */
export function toText(code: string): Text {
  return Text.of(code.split("\n"));
}

/** Returns the smallest single replacement that changes `before` into `after`. */
export function smallestChange(before: Text, after: Text): ChangeSet {
  if (before.eq(after)) return ChangeSet.empty(before.length);
  const [old, now] = [before.toString(), after.toString()];
  const shorter = Math.min(old.length, now.length);
  let start = 0;
  while (start < shorter && old.charCodeAt(start) === now.charCodeAt(start)) start++;
  if (start && isHigh(old.charCodeAt(start - 1))) start--;
  let end = 0;
  const room = shorter - start;
  const last = (text: string): number => text.charCodeAt(text.length - 1 - end);
  while (end < room && last(old) === last(now)) end++;
  if (end && isLow(old.charCodeAt(old.length - end))) end--;
  const insert = after.slice(start, now.length - end);
  return ChangeSet.of({from: start, to: old.length - end, insert}, old.length);
}

/** The server accepts 2,000 parts in a push, so parts that a rebase adds fit as well. */
const mostParts = 1000;

/** Returns the number of parts in the JSON of a change set. */
export function partsOf(changes: ChangeSet): number {
  return (changes.toJSON() as ChangeJSON).length;
}

/** Returns the same change as one replacement if it has too many parts, as "Replace all" may. */
export function withFewParts(changes: ChangeSet, doc: Text): ChangeSet {
  if (partsOf(changes) <= mostParts) return changes;
  let [from, to, fromB, toB] = [doc.length, 0, changes.newLength, 0];
  changes.iterChangedRanges((startA, endA, startB, endB) => {
    [from, to] = [Math.min(from, startA), Math.max(to, endA)];
    [fromB, toB] = [Math.min(fromB, startB), Math.max(toB, endB)];
  });
  return ChangeSet.of({from, to, insert: changes.apply(doc).slice(fromB, toB)}, doc.length);
}

/**
 * Splits a change set into two that have its effect one after the other; null if it changes one
 * place. The first has up to `most` parts, or one changed place if that has more. Both sides of the
 * border are kept text, so that text and characters that are replaced stay in one of the two.
 */
export function halves(changes: ChangeSet, most: number): [ChangeSet, ChangeSet] | null {
  const parts = changes.toJSON() as ChangeJSON;
  const borders = parts.flatMap((part, i) =>
    i && i < parts.length - 1 && typeof part === "number" ? [i] : [],
  );
  const border = borders.filter(i => i < most).at(-1) ?? borders[0];
  if (!border) return null;
  const done = ChangeSet.fromJSON(parts.slice(0, border + 1));
  const rest = ChangeSet.fromJSON(parts.slice(border));
  const after = parts.slice(border + 1);
  return [
    ChangeSet.fromJSON([...parts.slice(0, border), rest.length]),
    ChangeSet.fromJSON([done.newLength, ...after]),
  ];
}

/** Composes consecutive changes into as few as possible without too many parts. */
export function joined(changes: readonly ChangeSet[]): ChangeSet[] {
  const few: ChangeSet[] = [];
  for (const next of changes) {
    const sum = few.at(-1)?.compose(next) ?? next;
    if (!few.length || partsOf(sum) > mostParts) few.push(next);
    else few[few.length - 1] = sum;
  }
  return few.filter(each => !each.empty);
}

/**
 * Returns a local change of `doc` in storable form: it inserts only clean text and splits no
 * surrogate pair. Returns the same object if it is storable already.
 */
export function cleanChange(changes: ChangeSet, doc: Text): ChangeSet {
  let wrong = false;
  const edits: {from: number; to: number; insert: Text}[] = [];
  changes.iterChanges((fromA, toA, _fromB, _toB, inserted) => {
    const from = splitsPair(doc, fromA) ? fromA - 1 : fromA;
    const to = splitsPair(doc, toA) ? toA + 1 : toA;
    const text = inserted.toString();
    if (from === fromA && to === toA && !unstorable.test(text)) {
      edits.push({from, to, insert: inserted});
      return;
    }
    wrong = true;
    // Remaining surrogates may pair with the inserted text.
    const whole = doc.sliceString(from, fromA) + text + doc.sliceString(toA, to);
    edits.push({from, to, insert: toText(clean(whole))});
  });
  return wrong ? ChangeSet.of(edits, doc.length) : changes;
}

function splitsPair(doc: Text, position: number): boolean {
  if (position <= 0 || position >= doc.length) return false;
  const around = doc.sliceString(position - 1, position + 1);
  return isHigh(around.charCodeAt(0)) && isLow(around.charCodeAt(1));
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
