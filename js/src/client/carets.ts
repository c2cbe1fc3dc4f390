/** The selections of a room's clients, mapped over each revision of the log. */
import type {ChangeDesc, ChangeSet} from "@codemirror/state";

/** A selection from `anchor` to the caret, `head`. They are equal if nothing is selected. */
export interface Selection {
  readonly anchor: number;
  readonly head: number;
}

export interface Caret extends Selection {
  /** A counter of the room's caret moves at the owner's last move. Text of others is no move. */
  readonly moved: number;
}

/** Returns a selection after another client's change, mapped as CodeMirror maps its own. */
export function mapped({anchor, head}: Selection, changes: ChangeDesc): Selection {
  const from = changes.mapPos(Math.min(anchor, head), anchor === head ? -1 : 1);
  const to = Math.max(from, changes.mapPos(Math.max(anchor, head), -1));
  return anchor < head ? {anchor: from, head: to} : {anchor: to, head: from};
}

/**
 * Returns a selection after one revision of the log. If its owner made the revision (`typed`), it
 * is at the end of the last edit, so a key needs no message. The server uses the same rule.
 */
export function after(selection: Selection, changes: ChangeSet, typed: boolean): Selection {
  if (!typed || changes.empty) return mapped(selection, changes);
  const at = endOfLastEdit(changes);
  return {anchor: at, head: at};
}

export function same(one: Selection | null, other: Selection | null): boolean {
  return one?.anchor === other?.anchor && one?.head === other?.head;
}

function endOfLastEdit(changes: ChangeSet): number {
  let end = 0;
  changes.iterChanges((_fromA, _toA, _fromB, toB) => (end = toB));
  return end;
}

/**
 * The newest caret of each client, as positions in the log's code. `over` maps them over this
 * client's unsent edits, so that a caret in text that is deleted here returns with undo.
 */
export class Carets {
  private readonly carets = new Map<string, Caret>();
  private moves = 0;

  /** Stores a client's selection in the log's code, which has `length` units. */
  place(clientId: string, {anchor, head}: Selection, length: number): void {
    const within = (at: number): number => Math.min(Math.max(0, Math.trunc(at) || 0), length);
    const now = {anchor: within(anchor), head: within(head)};
    const known = this.carets.get(clientId);
    if (known && same(known, now)) return;
    this.carets.set(clientId, {...now, moved: ++this.moves});
  }

  /** Maps all carets over a revision. `author` is empty if it does not move its author's caret. */
  advance(changes: ChangeSet, author: string): void {
    for (const [clientId, caret] of this.carets) {
      if (clientId !== author) this.carets.set(clientId, {...caret, ...mapped(caret, changes)});
    }
    if (!author || changes.empty) return;
    const now = after({anchor: 0, head: 0}, changes, true);
    this.carets.set(author, {...now, moved: ++this.moves});
  }

  /** Deletes the carets of all other clients. */
  keep(clientIds: ReadonlySet<string>): void {
    for (const clientId of this.carets.keys()) {
      if (!clientIds.has(clientId)) this.carets.delete(clientId);
    }
  }

  /** Returns a client's caret in the code that has the `unsent` edits. */
  over(clientId: string, unsent: readonly ChangeSet[]): Caret | null {
    const caret = this.carets.get(clientId);
    if (!caret) return null;
    return {...caret, ...unsent.reduce<Selection>(mapped, caret)};
  }
}
