/** Edits of this client that the log does not have, with the marks that it sets on them. */
import type {ChangeSet} from "@codemirror/state";
import {joined} from "./text";
import type {OwnMarks} from "./types";

export interface OwnEdit {
  readonly changes: ChangeSet;
  readonly marks: OwnMarks;
}

/** Whether two edits may be joined, or be in one push. */
export function sameMarks(one: OwnEdit, other: OwnEdit): boolean {
  return one.marks.join() === other.marks.join();
}

/** Joins consecutive edits with the same marks into as few as possible, as `joined` does. */
export function joinedOwn(edits: readonly OwnEdit[]): OwnEdit[] {
  const runs: OwnEdit[][] = [];
  edits.forEach((edit, index) => {
    const before = edits[index - 1];
    if (before && sameMarks(before, edit)) runs.at(-1)?.push(edit);
    else runs.push([edit]);
  });
  return runs.flatMap(run => {
    const marks = run[0]?.marks ?? [];
    return joined(run.map(each => each.changes)).map(changes => ({changes, marks}));
  });
}
