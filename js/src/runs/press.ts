/**
 * What a press of Run runs: the first version that has all that was on the screen.
 *
 * The log gets the person's unsent edits, perhaps with what they type after the press. If it gets
 * anything of somebody else first, nothing is to be run: the person has not seen that text.
 */
import type {ChangeSet, Text} from "@codemirror/state";
import type {Room} from "../client/types";

/** A part of a text, in UTF-16 units. */
export interface Part {
  readonly from: number;
  readonly to: number;
}

/** Lines that others have changed, from 1; `removed` if they have only removed text there. */
export interface ChangedLines {
  readonly first: number;
  readonly last: number;
  readonly removed: boolean;
  /** The client that has changed them; empty for a write of the whole file. */
  readonly client: string;
}

/** What can be requested: exactly `code`, which is `part` of the version or all of it. */
export interface Runnable {
  readonly epoch: string;
  readonly version: number;
  readonly part: Part | null;
  readonly code: string;
}

export interface Pressed {
  /** A version has what was on the screen. */
  ready(runnable: Runnable): void;
  /** Text of somebody else came first. */
  changed(lines: ChangedLines): void;
  /** The room was made again: its versions are others. */
  replaced(): void;
}

export type PressRoom = Pick<Room, "doc" | "attach"> & {
  readonly runs: Pick<Room["runs"], "epoch" | "version" | "log" | "onRevision">;
  readonly state: Pick<Room["state"], "clientId">;
};

/** Calls back once, perhaps at once. Returns the function that takes the press back. */
export function press(room: PressRoom, part: Part | null, pressed: Pressed): () => void {
  const {runs} = room;
  const {epoch} = runs;
  const screens = new Screens(room.doc, part);
  let log = runs.log;
  let over = false;
  const now = screens.runnable(log, epoch, runs.version);
  if (now) {
    pressed.ready(now);
    return () => {};
  }

  const detach = room.attach({apply: changes => screens.change(changes)});
  const end = runs.onRevision((changes, author, version) => {
    // One batch of revisions calls several times.
    if (over) return;
    if (runs.epoch !== epoch) return finish(() => pressed.replaced());
    log = changes.apply(log);
    const own = author !== "" && author === room.state.clientId;
    if (!own && !changes.empty) return finish(() => pressed.changed(linesOf(changes, log, author)));
    const held = screens.runnable(log, epoch, version);
    if (held) finish(() => pressed.ready(held));
  });

  function stop(): void {
    over = true;
    detach();
    end();
  }

  function finish(report: () => void): void {
    stop();
    report();
  }

  return stop;
}

/** The texts that the person had on the screen, at the press and after it, with the part in each. */
class Screens {
  private readonly all: {readonly doc: Text; readonly part: Part | null}[];

  constructor(doc: Text, part: Part | null) {
    this.all = [{doc, part}];
  }

  change(changes: ChangeSet): void {
    const {doc, part} = this.all[this.all.length - 1] as (typeof this.all)[number];
    this.all.push({doc: changes.apply(doc), part: part && moved(part, changes)});
  }

  /** What is run of a version, if its text was on the screen. */
  runnable(log: Text, epoch: string, version: number): Runnable | null {
    const found = this.all.find(({doc}) => doc.length === log.length && doc.eq(log));
    if (!found) return null;
    const {from, to} = found.part ?? {from: 0, to: log.length};
    return {epoch, version, part: found.part, code: log.sliceString(from, to)};
  }
}

/** The part after a change: text that was inserted at its ends is not in it. */
function moved({from, to}: Part, changes: ChangeSet): Part {
  const start = changes.mapPos(from, 1);
  return {from: start, to: Math.max(start, changes.mapPos(to, -1))};
}

/** The lines of `text` that `changes` made. */
export function linesOf(changes: ChangeSet, text: Text, client: string): ChangedLines {
  let [start, end, removed] = [text.length, 0, true];
  changes.iterChangedRanges((_fromA, _toA, fromB, toB) => {
    start = Math.min(start, fromB);
    end = Math.max(end, toB);
    removed &&= fromB === toB;
  });
  const [first, last] = [text.lineAt(start).number, text.lineAt(Math.max(start, end)).number];
  return {first, last, removed, client};
}
