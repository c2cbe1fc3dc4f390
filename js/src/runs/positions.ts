/** Finds places of an earlier version in the text of now, as far as the changes since are known. */
import type {ChangeSet, Text} from "@codemirror/state";
import type {Room} from "../client/types";

interface Step {
  readonly version: number;
  /** The text at `version`. */
  readonly text: Text;
  /** What made the text of the next step; null for the last one. */
  changes: ChangeSet | null;
}

const MOST = 500;

export class Positions {
  private steps: Step[] = [];
  private readonly end: () => void;

  constructor(private readonly room: Pick<Room, "doc" | "runs">) {
    this.begin();
    this.end = room.runs.onRevision((changes, _author, version) => {
      const last = this.steps.at(-1);
      if (last?.version !== version - 1) return this.begin();
      last.changes = changes;
      this.steps.push({version, text: changes.apply(last.text), changes: null});
      if (this.steps.length > MOST) this.steps.shift();
    });
  }

  /** The text of a version; null if it is not known. */
  textAt(version: number): Text | null {
    return this.steps.find(step => step.version === version)?.text ?? null;
  }

  /** The start of a line of a version, in the text of now. Without the version, that line of now. */
  placeOf(version: number, line: number): number {
    const from = this.steps.findIndex(step => step.version === version);
    const text = this.steps[from]?.text ?? this.room.doc;
    let place = text.line(Math.max(1, Math.min(line, text.lines))).from;
    if (from >= 0) {
      for (const {changes} of this.steps.slice(from)) place = changes?.mapPos(place, 1) ?? place;
    }
    return Math.min(place, this.room.doc.length);
  }

  destroy(): void {
    this.end();
  }

  private begin(): void {
    const {version, log} = this.room.runs;
    this.steps = [{version, text: log, changes: null}];
  }
}
