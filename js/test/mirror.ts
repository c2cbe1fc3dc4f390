/** A view without a page: a CodeMirror state with its own undo history, attached to a replica. */
import {history, redo, undo} from "@codemirror/commands";
import {EditorState, Transaction} from "@codemirror/state";
import type {ChangeSet, ChangeSpec, Text} from "@codemirror/state";
import type {Mirror, OwnMarks} from "../src/client/types";

interface Room {
  readonly doc: Text;
  attach(mirror: Mirror): () => void;
  edit(changes: ChangeSet, from: Mirror | null, marks?: OwnMarks): void;
}

/** A state without undo history. */
function stateOf(doc: Text): EditorState {
  return EditorState.create({doc, extensions: history({newGroupDelay: 0})});
}

export class View implements Mirror {
  private state: EditorState;

  constructor(private readonly room: Room) {
    this.state = stateOf(room.doc);
    room.attach(this);
  }

  get text(): string {
    return this.state.doc.toString();
  }

  apply(changes: ChangeSet, whole: boolean): void {
    const annotations = [Transaction.remote.of(true), Transaction.addToHistory.of(false)];
    this.state = this.state.update({changes, annotations}).state;
    if (whole) this.state = stateOf(this.state.doc);
  }

  change(changes: ChangeSpec): void {
    this.dispatch(this.state.update({changes, userEvent: "input"}));
  }

  type(text: string, at = this.state.doc.length): void {
    this.change({from: at, insert: text});
  }

  /** Accepts a suggestion. */
  accept(text: string, at = this.state.doc.length): void {
    const changes = {from: at, insert: text};
    this.dispatch(this.state.update({changes, userEvent: "input.complete"}), ["suggested"]);
  }

  undo(): void {
    undo({state: this.state, dispatch: each => this.dispatch(each)});
  }

  redo(): void {
    redo({state: this.state, dispatch: each => this.dispatch(each)});
  }

  private dispatch(transaction: Transaction, marks?: OwnMarks): void {
    this.state = transaction.state;
    if (transaction.docChanged) this.room.edit(transaction.changes, this, marks);
  }
}
