/** Undo reverts one's own edits, back to the last replacement of the whole text. */
import {history} from "@codemirror/commands";
import {Compartment} from "@codemirror/state";
import type {TransactionSpec} from "@codemirror/state";

const compartment = new Compartment();

export const undoHistory = compartment.of(history());

/**
 * Returns transactions that empty the undo history, to be dispatched in this order. A whole-file
 * write arrives as the smallest change with its result. An older edit that is mapped over this
 * change would revert pieces of both.
 */
export function forgetUndo(): TransactionSpec[] {
  return [[], history()].map(now => ({effects: compartment.reconfigure(now)}));
}
