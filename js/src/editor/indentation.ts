/** The indentation unit of the text near the caret (a tab; 2, 4 or 8 spaces) or of the language. */
import {insertNewlineAndIndent} from "@codemirror/commands";
import {getIndentation, indentString, indentUnit} from "@codemirror/language";
import {EditorSelection, Prec, Text, countColumn} from "@codemirror/state";
import type {EditorState, StateCommand, Transaction} from "@codemirror/state";

/** The number of lines above and below the caret that are examined. */
const AROUND = 500;

/**
 * Returns the indentation unit near a line, counted from 1; null if no line is indented. The
 * nearest indented line, preferably above, decides between tabs and spaces. The number of spaces is
 * the most frequent difference between neighbouring lines among 2, 4 and 8, of which the second is
 * indented; of equally frequent ones the smallest.
 */
export function unitNear(doc: Text, near: number): string | null {
  const [first, last] = [Math.max(1, near - AROUND), Math.min(doc.lines, near + AROUND)];
  const steps = new Map([2, 4, 8].map(size => [size, 0]));
  let [nearest, number, before] = ["", first - 1, 0];
  for (const line of doc.iterLines(first, last + 1)) {
    number++;
    const blanks = blanksOf(line);
    if (blanks.length === line.length) continue;
    if (blanks && (number <= near || !nearest)) nearest = blanks;
    // Also of lines that are indented less: arguments may be indented twice, as PEP 8 has them.
    const step = blanks ? Math.abs(blanks.length - before) : 0;
    before = blanks.length;
    const count = steps.get(step);
    if (count !== undefined) steps.set(step, count + 1);
  }
  if (nearest.startsWith("\t")) return "\t";
  const [size, count] = [...steps].reduce((most, each) => (each[1] > most[1] ? each : most));
  return nearest && count ? " ".repeat(size) : null;
}

function blanksOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}

/** Sets the unit for all commands that indent. */
export const ownUnit = Prec.high(
  indentUnit.computeN(["doc", "selection"], ({doc, selection}) => {
    const unit = unitNear(doc, doc.lineAt(selection.main.head).number);
    return unit === null ? [] : [unit];
  }),
);

/** Starts a new line with the indentation of the line above, changed as the language requires. */
export const newLine: StateCommand = ({state, dispatch}) => {
  let plain: Transaction | null = null;
  insertNewlineAndIndent({state, dispatch: tr => (plain = tr)});
  return plain !== null && (dispatch(asAbove(plain)), true);
};

/** The same changes, in which each new line keeps the whitespace of the line above. */
function asAbove({startState: state, changes}: Transaction): Transaction {
  const lines: {from: number; to: number; insert: Text; length: number}[] = [];
  changes.iterChanges((from, to, _fromB, _toB, inserted) => {
    const [before = "", indent = "", ...rest] = inserted.toJSON();
    const blanks = fitting(state, from, indent);
    lines.push({from, to, insert: Text.of([before, blanks, ...rest]), length: 1 + blanks.length});
  }, true);
  const all = state.changes(lines);
  const carets = lines.map(({from, length}) =>
    EditorSelection.cursor(all.mapPos(from, -1) + length),
  );
  return state.update({
    changes: all,
    selection: EditorSelection.create(carets, state.selection.mainIndex),
    scrollIntoView: true,
    userEvent: "input",
  });
}

/** Returns the language's `indent` for a line that starts at `from`, in the text's own unit. */
function fitting(state: EditorState, from: number, indent: string): string {
  let line = state.doc.lineAt(from);
  while (!line.text.trim() && line.number > 1) line = state.doc.line(line.number - 1);
  const blanks = blanksOf(line.text);
  const columns = countColumn(indent, state.tabSize);
  const above = countColumn(blanks, state.tabSize);
  // The language may use another unit than this block.
  if (columns === above || columns === getIndentation(state, line.from)) return blanks;
  return columns > above ? blanks + indentString(state, columns - above) : indent;
}

/** Returns a suggestion for `at` with the text's own unit of indentation. */
export function inOwnUnit(state: EditorState, at: number, suggestion: string): string {
  const unit = state.facet(indentUnit);
  const line = state.doc.lineAt(at);
  const begins = !line.text.slice(0, at - line.from).trim();
  const indented = begins ? /^[ \t]+/gm : /(?<=\n)[ \t]+/g;
  return suggestion.replace(indented, blanks =>
    unit === "\t"
      ? indentString(state, countColumn(blanks, state.tabSize))
      : blanks.replaceAll("\t", unit),
  );
}
