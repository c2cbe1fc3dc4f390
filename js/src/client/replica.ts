/** One client's copy of a room's code: what the log says, and its own edits on top. */
import {ChangeSet, Text} from "@codemirror/state";
import type {FullUpdate} from "./messages";
import {patchOf} from "./patch";
import {cleanChange, joined, smallestChange, toText, withFewParts} from "./text";
import type {Mirror} from "./types";

/** The log goes on from a version that this replica does not have. */
export class LogGap extends Error {}

/** What a piece of the log did to a replica. */
export interface Receipt {
  /** How many of its own edits are stored now. */
  readonly confirmed: number;
  /** The local text, when it was not what the log makes and had to give way. A fault if ever. */
  readonly lost: string | null;
}

/** A revision as a replica takes it: whether it confirms the oldest unconfirmed edit. */
interface Revision {
  readonly changes: ChangeSet;
  readonly own: boolean;
  /** Whose caret is where it was typed: the author's, but for a whole-file write. */
  readonly typist: string;
}

/** Told each change of the code as the log has it; `typist` is empty where nobody typed it. */
export type RevisionListener = (changes: ChangeSet, typist: string) => void;

/**
 * Holds the code at a version of the log with this client's unconfirmed edits applied over it.
 *
 * `@codemirror/collab` does nearly this, but takes revisions several at a time and cannot join what
 * was typed offline.
 *
 * It knows no socket, no timer and no page. Mirrors equal `doc` at any time; each is told every
 * change but its own.
 */
export class Replica {
  /** This client's id in the log, as the server's welcome says. Set it before `receive`. */
  clientId = "";
  /** The code now, unconfirmed edits included. */
  doc = Text.empty;
  /** How much of the log this is made of. */
  version = 0;
  /** The log applied, without unconfirmed edits: what the server has at `version`. */
  private log = Text.empty;
  /** Own edits that the log does not have, oldest first, each made on the one before. */
  private unconfirmed: ChangeSet[] = [];
  private lost = "";
  /** Whether own edits in the log may be lost until they are said to be saved. */
  private expectsSaved = false;
  /** The versions of own edits that the log may lose, oldest first. */
  private unsafe: number[] = [];
  /** The log's text before the first of these. */
  private safe = Text.empty;
  /** The whole text was replaced, which views are told when no edit from before it is unsent. */
  private replaced = false;
  private readonly mirrors = new Set<Mirror>();
  private readonly listeners = new Set<(doc: Text) => void>();
  private readonly readers = new Set<RevisionListener>();

  /** How many edits the log does not have yet. */
  get unsent(): number {
    return this.unconfirmed.length;
  }

  /** How many edits the log has and may lose when the server's machine loses power. */
  get unsaved(): number {
    return this.unsafe.length;
  }

  /** Say whether edits are saved later than confirmed. If not, all in the log are saved. */
  expectSaved(later: boolean): void {
    this.expectsSaved = later;
    if (!later) this.markSaved(Infinity);
  }

  /** Own edits up to `version` are not lost any more. Returns whether any were unsafe. */
  markSaved(version: number): boolean {
    const before = this.unsaved;
    this.unsafe = this.unsafe.filter(each => each > version);
    if (!this.unsaved) this.safe = Text.empty;
    return this.unsaved < before;
  }

  /** The unconfirmed edits, oldest first, as they are to be pushed against `version`. */
  sendable(limit = Infinity): ChangeSet[] {
    return this.unconfirmed.slice(0, limit);
  }

  /** The unconfirmed edits as a patch of the log's text; where there are none, the last lost ones. */
  get patch(): string {
    if (!this.unsent) return this.lost;
    const all = this.unconfirmed.reduce((sum, next) => sum.compose(next));
    return patchOf(this.log, all, "room");
  }

  /** The edits that were lost are not wanted any more. */
  forget(): void {
    this.lost = "";
  }

  attach(mirror: Mirror): () => void {
    this.mirrors.add(mirror);
    return () => void this.mirrors.delete(mirror);
  }

  onCode(listener: (doc: Text) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Calls back for each revision, when `doc` has all that came with it. */
  onRevision(listener: RevisionListener): () => void {
    this.readers.add(listener);
    return () => void this.readers.delete(listener);
  }

  /** The code at `version`, as the log has it. */
  get stored(): Text {
    return this.log;
  }

  /**
   * Take a local edit against `doc`. What the room cannot store is replaced in it, and then the
   * mirror that it came `from` is corrected as well.
   */
  edit(changes: ChangeSet, from: Mirror | null): void {
    if (changes.length !== this.doc.length) {
      throw new RangeError(
        `An edit of ${changes.length} units does not fit a text of ${this.doc.length}.`,
      );
    }
    const storable = withFewParts(cleanChange(changes, this.doc), this.doc);
    const shown = storable === changes ? null : changes.apply(this.doc);
    this.doc = storable.apply(this.doc);
    if (!storable.empty) this.unconfirmed.push(storable);
    this.tell(storable, from, !from);
    if (!shown || !from) return;
    const correction = smallestChange(shown, this.doc);
    if (!correction.empty) from.apply(correction, false);
  }

  /**
   * Take the revisions up to `version`. Those that are known already are skipped. Throws `LogGap`
   * when some before them are missing, and RangeError when one does not fit: then nothing changed.
   */
  receive(updates: readonly FullUpdate[], version: number): Receipt {
    const known = this.version - (version - updates.length);
    if (known < 0) {
      throw new LogGap(`Expected revisions from ${this.version}, found them from ${version}.`);
    }
    let log = this.log;
    const revisions = updates.slice(known).map(([author, json, write]) => {
      const changes = ChangeSet.fromJSON(json);
      log = changes.apply(log);
      const own = author === this.clientId && !write;
      return {changes, own, typist: write ? "" : author};
    });
    return this.advance(revisions, log);
  }

  /**
   * Take the server's word that all revisions up to `version` are this client's own edits.
   * Where edits are saved later, they may be known. Throws `LogGap` when there are not that many.
   */
  confirmed(version: number): Receipt {
    const known = this.expectsSaved && version < this.version;
    const count = known ? 0 : version - this.version;
    if (count < 0 || count > this.unsent) {
      throw new LogGap(
        `Version ${version} was said to be this client's, which has ${this.unsent} unsent edits ` +
          `at version ${this.version}.`,
      );
    }
    const typist = this.clientId;
    const own = this.sendable(count).map(changes => ({changes, own: true, typist}));
    const log = own.reduce((text, {changes}) => changes.apply(text), this.log);
    return this.advance(own, log);
  }

  /**
   * Begin anew with the room's code at `version`. Returns the local text when it held edits that
   * the log does not have; they are not in `doc` any more. With `cut`, it is another log, which may
   * lack edits that were accepted and not saved.
   */
  reset(code: string, version: number, cut = false): string | null {
    const unsaved = cut && this.unsaved > 0;
    const patch = unsaved ? patchOf(this.safe, smallestChange(this.safe, this.doc), "room") : "";
    const text = toText(code);
    const lost = unsaved && !this.doc.eq(text) ? this.doc.toString() : null;
    if (cut) this.markSaved(Infinity);
    const unsent = this.become(text, version);
    if (lost !== null) this.lost = patch;
    return lost ?? unsent;
  }

  /** Drop the unconfirmed edits. Returns the text that held them, or null if there were none. */
  discard(): string | null {
    return this.become(this.log, this.version);
  }

  /**
   * Make one edit, or few, of the unconfirmed ones in a row, so that text which came and went again
   * weighs nothing and others' edits need not be mapped over each key. Returns how many they are.
   * Only for edits that cannot be on their way: in the log they are recognised by their number.
   */
  compact(from = 0, to = this.unsent): number {
    const few = joined(this.unconfirmed.slice(from, to));
    this.unconfirmed.splice(from, to - from, ...few);
    return few.length;
  }

  private advance(revisions: readonly Revision[], log: Text): Receipt {
    let unconfirmed = this.unconfirmed;
    let news = ChangeSet.empty(this.doc.length);
    for (const {changes, own} of revisions) {
      if (own && unconfirmed.length) {
        unconfirmed = unconfirmed.slice(1);
        continue;
      }
      // One by one, as the server rebases: where text goes between two of them, their sum forgets.
      let above = changes;
      unconfirmed = unconfirmed.map(edit => {
        const moved = edit.map(above);
        above = above.map(edit, true);
        return moved;
      });
      news = news.compose(above);
    }
    const doc = news.apply(this.doc); // The last that may throw: nothing was changed before it.
    const confirmed = this.unsent - unconfirmed.length;
    if (this.expectsSaved) this.noteUnsafe(revisions);
    this.version += revisions.length;
    this.unconfirmed = unconfirmed;
    this.doc = doc;
    this.log = log;
    const right = this.unsent > 0 || log.eq(this.doc);
    // The same object again where it is the same text: the next comparison looks at little.
    if (right && !this.unsent) this.log = this.doc;
    this.replaced ||= revisions.some(({changes, typist}) => !typist && !changes.empty);
    this.tell(news, null, this.replaced && !this.unsent);
    for (const {changes, typist} of revisions) this.read(changes, typist);
    if (right) return {confirmed, lost: null};
    const lost = this.doc.toString();
    this.become(log, this.version);
    return {confirmed, lost};
  }

  private noteUnsafe(revisions: readonly Revision[]): void {
    if (!this.unsaved) this.safe = this.log;
    revisions.forEach(({own}, index) => {
      if (own) this.unsafe.push(this.version + index + 1);
    });
  }

  private become(text: Text, version: number): string | null {
    const changes = smallestChange(this.doc, text);
    const above = this.log === this.doc ? changes : smallestChange(this.log, text);
    const lost = this.unsent && !changes.empty ? this.doc.toString() : null;
    if (lost !== null) this.lost = this.patch;
    this.doc = this.log = text;
    this.version = version;
    this.unconfirmed = [];
    this.tell(changes, null, this.replaced || !changes.empty);
    this.read(above, "");
    return lost;
  }

  private read(changes: ChangeSet, typist: string): void {
    for (const listener of this.readers) listener(changes, typist);
  }

  private tell(changes: ChangeSet, from: Mirror | null, whole: boolean): void {
    if (changes.empty && !whole) return;
    if (whole) this.replaced = false;
    for (const mirror of this.mirrors) if (mirror !== from) mirror.apply(changes, whole);
    if (changes.empty) return;
    for (const listener of this.listeners) listener(this.doc);
  }
}
