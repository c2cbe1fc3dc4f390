/** What a change inserted and removed, as positions in the code after it (UTF-16 units). */
import type {ChangeSet, Text} from "@codemirror/state";

/** The displayed length of a removed text: it is a hint beside the code. */
const LONGEST = 400;

export interface Inserted {
  readonly from: number;
  readonly to: number;
}

export interface Removed {
  readonly at: number;
  /** The removed text, shortened if it is long. */
  readonly text: string;
}

export interface Marks {
  readonly inserted: readonly Inserted[];
  readonly removed: readonly Removed[];
}

export const NO_MARKS: Marks = {inserted: [], removed: []};

/** `changes` applies to `before`. */
export function marksOf(changes: ChangeSet, before: Text): Marks {
  const inserted: Inserted[] = [];
  const removed: Removed[] = [];
  changes.iterChanges((fromA, toA, fromB, toB) => {
    if (toB > fromB) inserted.push({from: fromB, to: toB});
    if (toA > fromA) removed.push({at: fromB, text: shortened(before, fromA, toA)});
  }, true);
  return {inserted, removed};
}

function shortened(text: Text, from: number, to: number): string {
  if (to - from <= LONGEST) return text.sliceString(from, to);
  // The cut must not split a surrogate pair.
  const start = text.sliceString(from, from + LONGEST).replace(/[\uD800-\uDBFF]$/, "");
  return `${start}… (${to - from - start.length} more characters)`;
}
