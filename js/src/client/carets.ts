/** Where the carets of a room's clients are, and how they move along with the log. */
import type {ChangeDesc, ChangeSet} from "@codemirror/state";

/** From `anchor` to the end that moves, `head`; both are the same where nothing is selected. */
export interface Selection {
  readonly anchor: number;
  readonly head: number;
}

export interface Caret extends Selection {
  /** The room's count of moves, when its owner moved it last; others' text is no move. */
  readonly moved: number;
}

/** Where a selection is after a change of somebody else: as CodeMirror maps one's own. */
export function mapped({anchor, head}: Selection, changes: ChangeDesc): Selection {
  const from = changes.mapPos(Math.min(anchor, head), anchor === head ? -1 : 1);
  const to = Math.max(from, changes.mapPos(Math.max(anchor, head), -1));
  return anchor < head ? {anchor: from, head: to} : {anchor: to, head: from};
}

/**
 * Where a selection is after one revision of the log: `typed` by its owner, it is at the end of the
 * last edit, and so no message is needed for every key. The server has the same rule.
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
 * The newest caret of each client, in the code as the log has it: this client's unsent edits come
 * on top when one is asked for, so that a caret in text that is deleted here comes back with undo.
 */
export class Carets {
  private readonly carets = new Map<string, Caret>();
  private moves = 0;

  /** A client says where it is, in the log's code of that `length`. */
  place(clientId: string, {anchor, head}: Selection, length: number): void {
    const within = (at: number): number => Math.min(Math.max(0, Math.trunc(at) || 0), length);
    const now = {anchor: within(anchor), head: within(head)};
    const known = this.carets.get(clientId);
    if (known && same(known, now)) return;
    this.carets.set(clientId, {...now, moved: ++this.moves});
  }

  /** The log has one revision more; `typist` is empty where its author's caret stays behind. */
  advance(changes: ChangeSet, typist: string): void {
    for (const [clientId, caret] of this.carets) {
      if (clientId !== typist) this.carets.set(clientId, {...caret, ...mapped(caret, changes)});
    }
    if (!typist || changes.empty) return;
    const now = after({anchor: 0, head: 0}, changes, true);
    this.carets.set(typist, {...now, moved: ++this.moves});
  }

  /** Forget all but the carets of these clients. */
  keep(clientIds: ReadonlySet<string>): void {
    for (const clientId of this.carets.keys()) {
      if (!clientIds.has(clientId)) this.carets.delete(clientId);
    }
  }

  /** Where a client's caret is in the code with `unsent` edits over the log's. */
  over(clientId: string, unsent: readonly ChangeSet[]): Caret | null {
    const caret = this.carets.get(clientId);
    if (!caret) return null;
    return {...caret, ...unsent.reduce<Selection>(mapped, caret)};
  }
}
