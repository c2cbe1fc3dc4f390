/** One client's copy of a room's code: the log's code with the client's unconfirmed edits. */
import {ChangeSet, Text} from "@codemirror/state";
import type {FullUpdate} from "./messages";
import type {Orphan} from "./orphans";
import {joinedOwn} from "./ownedits";
import type {OwnEdit} from "./ownedits";
import {patchOf} from "./patch";
import type {RevisionListener} from "./runnews";
import {cleanChange, halves, smallestChange, toText, withFewParts} from "./text";
import type {Mirror, OwnMarks} from "./types";

/** Revisions are missing between this replica's version and the received ones. */
export class LogGap extends Error {}

/** The effect of received revisions on a replica. */
export interface Receipt {
  /** The number of own edits that were confirmed. */
  readonly confirmed: number;
  /** The local text, if it differed from the log's and was replaced: an internal fault. */
  readonly lost: Orphan | null;
}

interface Revision {
  readonly changes: ChangeSet;
  /** Whether it confirms the oldest unconfirmed edit. */
  readonly own: boolean;
  /** The client whose caret is at the edit; empty for a whole-file write. */
  readonly author: string;
}

/**
 * The code at a version of the log, with this client's unconfirmed edits applied over it.
 *
 * `@codemirror/collab` does almost the same, but applies several revisions at once and cannot join
 * edits that were made offline.
 *
 * It uses no socket, timer or page. Each mirror receives every change but its own, and so is always
 * equal to `doc`.
 */
export class Replica {
  /** This client's id in the log, from `welcome`. Set it before `receive`. */
  clientId = "";
  /** The code now, with unconfirmed edits. */
  doc = Text.empty;
  /** The number of revisions that `doc` contains. */
  version = 0;
  /** How often an edit was split. Edits that were stored before must be stored again. */
  splits = 0;
  /** The code at `version`, without unconfirmed edits. */
  private log = Text.empty;
  /** Own edits that are not confirmed, oldest first, each made on the one before. */
  private unconfirmed: OwnEdit[] = [];
  /** Whether own edits in the log may be lost until they are said to be saved. */
  private expectsSaved = false;
  /** The versions of own edits that the log may lose, oldest first. */
  private unsafe: number[] = [];
  /** The log's text before the first of these. */
  private safe = Text.empty;
  /** The whole text was replaced. Mirrors are notified once no older edit is unsent. */
  private replaced = false;
  private readonly mirrors = new Set<Mirror>();
  private readonly listeners = new Set<(doc: Text) => void>();
  private readonly readers = new Set<RevisionListener>();

  /** The number of unconfirmed edits. */
  get unsent(): number {
    return this.unconfirmed.length;
  }

  /** The number of edits that the log has and may lose when the server's machine loses power. */
  get unsaved(): number {
    return this.unsafe.length;
  }

  /** Sets whether edits are saved later than confirmed. If not, all in the log are saved. */
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

  /** Returns the unconfirmed edits, oldest first, for a push against `version`. */
  sendable(limit = Infinity): ChangeSet[] {
    return this.ownEdits(limit).map(({changes}) => changes);
  }

  /** Returns the same with their marks. */
  ownEdits(limit = Infinity): readonly OwnEdit[] {
    return this.unconfirmed.slice(0, limit);
  }

  /** The local text with the unconfirmed edits; null without any. */
  get unmerged(): Orphan | null {
    if (!this.unsent) return null;
    const all = this.sendable().reduce((sum, next) => sum.compose(next));
    return {text: this.doc.toString(), patch: patchOf(this.log, all, "room")};
  }

  attach(mirror: Mirror): () => void {
    this.mirrors.add(mirror);
    return () => void this.mirrors.delete(mirror);
  }

  onCode(listener: (doc: Text) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Calls back for each revision, after `doc` has changed. */
  onRevision(listener: RevisionListener): () => void {
    this.readers.add(listener);
    return () => void this.readers.delete(listener);
  }

  /** The code at `version`, without unconfirmed edits. */
  get stored(): Text {
    return this.log;
  }

  /**
   * Applies a local edit of `doc`. Text that the room cannot store is replaced, and the mirror that
   * the edit came `from` receives the correction.
   */
  edit(changes: ChangeSet, from: Mirror | null, marks: OwnMarks = []): void {
    if (changes.length !== this.doc.length) {
      throw new RangeError(
        `An edit of ${changes.length} units does not fit a text of ${this.doc.length}.`,
      );
    }
    const storable = withFewParts(cleanChange(changes, this.doc), this.doc);
    const shown = storable === changes ? null : changes.apply(this.doc);
    this.doc = storable.apply(this.doc);
    if (!storable.empty) this.unconfirmed.push({changes: storable, marks});
    this.notify(storable, from, !from);
    if (!shown || !from) return;
    const correction = smallestChange(shown, this.doc);
    if (!correction.empty) from.apply(correction, false);
  }

  /**
   * Applies the revisions up to `version`, without those that it has already. Throws `LogGap` if
   * earlier ones are missing, and RangeError if one does not fit; then nothing has changed.
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
      return {changes, own, author: write ? "" : author};
    });
    return this.advance(revisions, log);
  }

  /**
   * Confirms own edits: all new revisions up to `version` are this client's. If edits are saved
   * later, `version` may be known. Throws `LogGap` if it has fewer unconfirmed edits.
   */
  confirmed(version: number): Receipt {
    const known = this.expectsSaved && version < this.version;
    const count = known ? 0 : version - this.version;
    if (count < 0 || count > this.unsent) {
      throw new LogGap(
        `Expected at most ${this.unsent} confirmed edits after version ${this.version}, ` +
          `found ${count}.`,
      );
    }
    const author = this.clientId;
    const own = this.sendable(count).map(changes => ({changes, own: true, author}));
    const log = own.reduce((text, {changes}) => changes.apply(text), this.log);
    return this.advance(own, log);
  }

  /**
   * Replaces everything by the room's code at `version`. Returns the local text if unconfirmed
   * edits were lost, else null. With `cut`, it is another log, which may lack edits that were
   * accepted and not saved.
   */
  reset(code: string, version: number, cut = false): Orphan | null {
    const text = toText(code);
    const unsaved = cut && this.unsaved > 0 && !this.doc.eq(text);
    const lost = unsaved ? orphanOf(this.safe, this.doc) : null;
    if (cut) this.markSaved(Infinity);
    const unsent = this.become(text, version);
    return lost ?? unsent;
  }

  /** Drops the unconfirmed edits. Returns the text with them, or null if there were none. */
  discard(): Orphan | null {
    return this.become(this.log, this.version);
  }

  /**
   * Joins unconfirmed edits into one or a few, so that deleted text is not sent and rebasing is
   * fast. Returns their new number. Edits that may be in flight must not be joined: they are
   * recognised in the log by their number.
   */
  compact(from = 0, to = this.unsent): number {
    const few = joinedOwn(this.unconfirmed.slice(from, to));
    this.unconfirmed.splice(from, to - from, ...few);
    return few.length;
  }

  /**
   * Splits the oldest unconfirmed edit, see `halves`, unless it changes one place. Returns whether it
   * is now two. The log must not have it.
   */
  split(most: number): boolean {
    const [oldest] = this.unconfirmed;
    const two = oldest && halves(oldest.changes, most);
    if (!two) return false;
    this.unconfirmed.splice(0, 1, ...two.map(changes => ({...oldest, changes})));
    this.splits++;
    return true;
  }

  private advance(revisions: readonly Revision[], log: Text): Receipt {
    let unconfirmed = this.unconfirmed;
    let news = ChangeSet.empty(this.doc.length);
    for (const {changes, own} of revisions) {
      if (own && unconfirmed.length) {
        unconfirmed = unconfirmed.slice(1);
        continue;
      }
      // One by one, as the server rebases. A composed change set would lose where text was that one
      // revision inserted and the next one deleted.
      let above = changes;
      unconfirmed = unconfirmed.map(edit => {
        const moved = {...edit, changes: edit.changes.map(above)};
        above = above.map(edit.changes, true);
        return moved;
      });
      news = news.compose(above);
    }
    const doc = news.apply(this.doc); // The last call that may throw: nothing has changed before.
    const confirmed = this.unsent - unconfirmed.length;
    if (this.expectsSaved) this.noteUnsafe(revisions);
    this.version += revisions.length;
    this.unconfirmed = unconfirmed;
    this.doc = doc;
    this.log = log;
    const right = this.unsent > 0 || log.eq(this.doc);
    // The same object for equal text makes the next comparison fast.
    if (right && !this.unsent) this.log = this.doc;
    this.replaced ||= revisions.some(({changes, author}) => !author && !changes.empty);
    this.notify(news, null, this.replaced && !this.unsent);
    let version = this.version - revisions.length;
    for (const {changes, author} of revisions) this.read(changes, author, ++version);
    if (right) return {confirmed, lost: null};
    const lost = orphanOf(log, this.doc);
    this.become(log, this.version);
    return {confirmed, lost};
  }

  private noteUnsafe(revisions: readonly Revision[]): void {
    if (!this.unsaved) this.safe = this.log;
    revisions.forEach(({own}, index) => {
      if (own) this.unsafe.push(this.version + index + 1);
    });
  }

  private become(text: Text, version: number): Orphan | null {
    const changes = smallestChange(this.doc, text);
    const above = this.log === this.doc ? changes : smallestChange(this.log, text);
    const lost = changes.empty ? null : this.unmerged;
    this.doc = this.log = text;
    this.version = version;
    this.unconfirmed = [];
    this.notify(changes, null, this.replaced || !changes.empty);
    this.read(above, "", version);
    return lost;
  }

  private read(changes: ChangeSet, author: string, version: number): void {
    for (const listener of this.readers) listener(changes, author, version);
  }

  private notify(changes: ChangeSet, from: Mirror | null, whole: boolean): void {
    if (changes.empty && !whole) return;
    if (whole) this.replaced = false;
    for (const mirror of this.mirrors) if (mirror !== from) mirror.apply(changes, whole);
    if (changes.empty) return;
    for (const listener of this.listeners) listener(this.doc);
  }
}

function orphanOf(log: Text, doc: Text): Orphan {
  return {text: doc.toString(), patch: patchOf(log, smallestChange(log, doc), "room")};
}
