/** What a change did, as places in the code after it. */
import type {ChangeSet, Text} from "@codemirror/state";

/** Of a removed text this much is shown: it is a hint beside the code, not the code. */
const LONGEST = 400;

export interface Inserted {
  readonly from: number;
  readonly to: number;
}

export interface Removed {
  readonly at: number;
  /** What was there, cut where it is long. */
  readonly text: string;
}

export interface Marks {
  readonly inserted: readonly Inserted[];
  readonly removed: readonly Removed[];
}

export const NO_MARKS: Marks = {inserted: [], removed: []};

/** `before` is the code that `changes` is made against. */
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
  // No half of a character at the cut.
  const start = text.sliceString(from, from + LONGEST).replace(/[\uD800-\uDBFF]$/, "");
  return `${start}… (${to - from - start.length} more characters)`;
}
