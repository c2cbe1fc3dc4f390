/** Undo takes back one's own edits, back to the last time that the whole text was replaced. */
import {history} from "@codemirror/commands";
import {Compartment} from "@codemirror/state";
import type {TransactionSpec} from "@codemirror/state";

const compartment = new Compartment();

export const undoHistory = compartment.of(history());

/**
 * Transactions that empty the undo history, to be dispatched in this order. A write of the whole
 * text arrives as the smallest change that makes it, which says nothing of what its author meant:
 * mapped over it, an edit from before would take back pieces of both.
 */
export function forgetUndo(): TransactionSpec[] {
  return [[], history()].map(now => ({effects: compartment.reconfigure(now)}));
}
