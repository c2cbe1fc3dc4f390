/** Finds the lines of the room's code that a traceback names. */

/** A place in the text of a traceback that names a line of the code that was run. */
export interface Frame {
  readonly from: number;
  readonly to: number;
  /** From 1, in the code that was run. */
  readonly line: number;
}

/** IPython's label of a cell: "Cell In[3], line 2"; before version 8.7 "Input In [3], line 2". */
const CELL = /(?:Cell|Input) In ?\[(\d+)\], line (\d+)/g;
/** Python's own: `File "<stdin>", line 2`. */
const FILE = /File "<(?:stdin|string|pairedit[^>]*)>", line (\d+)/g;

/**
 * Returns the frames of the code that was run. The first cell in a traceback is that code; frames of
 * other cells, whose functions it calls, are not linked. `text` is without escapes.
 */
export function framesIn(text: string): Frame[] {
  const cells = [...text.matchAll(CELL)].map(found => ({cell: found[1], frame: frame(found, 2)}));
  const own = cells.filter(({cell}) => cell === cells[0]?.cell).map(({frame}) => frame);
  const files = [...text.matchAll(FILE)].map(found => frame(found, 1));
  return [...own, ...files].sort((a, b) => a.from - b.from);
}

function frame(found: RegExpExecArray, group: number): Frame {
  const {0: all, index} = found;
  return {from: index, to: index + all.length, line: Number(found[group])};
}
