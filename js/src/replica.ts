/** One client's copy of a room's code: what the log says, and its own edits on top. */
import {collab, getSyncedVersion, receiveUpdates, sendableUpdates} from "@codemirror/collab";
import {ChangeSet, EditorState, Text} from "@codemirror/state";
import type {Update} from "./protocol.gen";
import type {Mirror} from "./room";
import {cleanChange, smallestChange, toText, withFewParts} from "./text";

/** The log goes on from a version that this replica does not have. */
export class LogGap extends Error {}

/** What a piece of the log did to a replica. */
export interface Receipt {
  /** How many of its own edits are stored now. */
  readonly confirmed: number;
  /** The code after each of the revisions, unconfirmed edits left out. */
  readonly codes: readonly Text[];
  /** Whether one of the revisions is a whole-file write of this client. */
  readonly wrote: boolean;
  /** The local text, when it was not what the log makes and had to give way. A fault if ever. */
  readonly lost: string | null;
}

/** The id of own edits inside CollabState; everybody else's is prefixed, so it is free. */
const ME = "me";
const theirs = (author: string): string => `.${author}`;

/**
 * Holds the code at a version of the log with this client's unconfirmed edits applied over it.
 *
 * It knows no socket, no timer and no page. Mirrors equal `doc` at any time; each is told every
 * change but its own.
 */
export class Replica {
  /** This client's id in the log, as the server's welcome says. Set it before `receive`. */
  clientId = "";
  private state = stateAt(Text.empty, 0);
  /** The log applied, without unconfirmed edits: what the server has at `version`. */
  private log = Text.empty;
  private readonly mirrors = new Set<Mirror>();
  private readonly listeners = new Set<(doc: Text) => void>();

  get doc(): Text {
    return this.state.doc;
  }

  get version(): number {
    return getSyncedVersion(this.state);
  }

  /** How many edits the log does not have yet. */
  get unsent(): number {
    return sendableUpdates(this.state).length;
  }

  /** The unconfirmed edits, oldest first, as they are to be pushed against `version`. */
  sendable(limit = Infinity): ChangeSet[] {
    return sendableUpdates(this.state)
      .slice(0, limit)
      .map(update => update.changes);
  }

  attach(mirror: Mirror): () => void {
    this.mirrors.add(mirror);
    return () => void this.mirrors.delete(mirror);
  }

  onCode(listener: (doc: Text) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
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
    this.state = this.state.update({changes: storable, filter: false}).state;
    this.tell(storable, from);
    if (!shown || !from) return;
    const correction = smallestChange(shown, this.doc);
    if (!correction.empty) from.apply(correction);
  }

  /**
   * Take the revisions up to `version`. Those that are known already are skipped. Throws `LogGap`
   * when some before them are missing, and RangeError when one does not fit: then nothing changed.
   */
  receive(updates: readonly Update[], version: number): Receipt {
    const known = this.version - (version - updates.length);
    if (known < 0) {
      throw new LogGap(`Expected revisions from ${this.version}, found them from ${version}.`);
    }
    let log = this.log;
    let wrote = false;
    const codes: Text[] = [];
    const revisions = updates.slice(known).map(([author, json, write]) => {
      const changes = ChangeSet.fromJSON(json);
      codes.push((log = changes.apply(log)));
      const mine = author === this.clientId;
      wrote ||= mine && write === 1;
      return {changes, clientID: mine && !write ? ME : theirs(author)};
    });
    return {...this.advance(revisions, log), codes, wrote};
  }

  /**
   * Take the server's word that all revisions up to `version` are this client's own edits.
   * Throws `LogGap` when there are not that many.
   */
  saved(version: number): Receipt {
    const count = version - this.version;
    if (count < 0 || count > this.unsent) {
      throw new LogGap(
        `Version ${version} was said to be this client's, which has ${this.unsent} unsent edits ` +
          `at version ${this.version}.`,
      );
    }
    const own = this.sendable(count).map(changes => ({changes, clientID: ME}));
    let log = this.log;
    const codes = own.map(({changes}) => (log = changes.apply(log)));
    return {...this.advance(own, log), codes, wrote: false};
  }

  /**
   * Take the server's word that the room's code at `version` is `code`, by this client's write.
   * Null when it cannot be, because another code is known at that version.
   */
  wrote(code: Text, version: number): Receipt | null {
    const count = version - this.version;
    if (count < 0 || (!count && !this.log.eq(code))) return null;
    const changes = [smallestChange(this.log, code)];
    while (changes.length < count) changes.push(ChangeSet.empty(code.length));
    const revisions = changes.map(each => ({changes: each, clientID: theirs(this.clientId)}));
    return {...this.advance(revisions.slice(0, count), code), codes: [code], wrote: true};
  }

  /**
   * Begin anew with the room's code at `version`. Returns the local text when it held edits that
   * the log does not have; they are not in `doc` any more.
   */
  reset(code: string, version: number): string | null {
    return this.become(toText(code), version);
  }

  /** Drop the unconfirmed edits. Returns the text that held them, or null if there were none. */
  discard(): string | null {
    return this.become(this.log, this.version);
  }

  /**
   * Make one edit of all unconfirmed ones, so that text which came and went again weighs nothing.
   * Only when none of them can be on its way to the log: they are recognised there by their number.
   */
  compact(): void {
    const unconfirmed = this.sendable();
    if (unconfirmed.length < 2) return;
    const all = unconfirmed.reduce((sum, each) => sum.compose(each));
    const changes = withFewParts(all, this.log);
    this.state = stateAt(this.log, this.version).update({changes, filter: false}).state;
  }

  private advance(
    revisions: readonly {changes: ChangeSet; clientID: string}[],
    log: Text,
  ): {confirmed: number; lost: string | null} {
    const before = this.unsent;
    let changes = ChangeSet.empty(this.doc.length);
    for (const revision of revisions) {
      // One by one, as the server rebases: two of them composed may move text between them elsewhere.
      const transaction = receiveUpdates(this.state, [revision]);
      changes = changes.compose(transaction.changes);
      this.state = transaction.state;
    }
    this.log = log;
    const confirmed = before - this.unsent;
    const right = this.unsent > 0 || log.eq(this.doc);
    // The same object again where it is the same text: the next comparison looks at little.
    if (right && !this.unsent) this.log = this.doc;
    this.tell(changes, null);
    if (right) return {confirmed, lost: null};
    const lost = this.doc.toString();
    this.become(this.log, this.version);
    return {confirmed, lost};
  }

  private become(text: Text, version: number): string | null {
    const changes = smallestChange(this.doc, text);
    const lost = this.unsent && !changes.empty ? this.doc.toString() : null;
    this.state = stateAt(text, version);
    this.log = text;
    this.tell(changes, null);
    return lost;
  }

  private tell(changes: ChangeSet, from: Mirror | null): void {
    if (changes.empty) return;
    for (const mirror of this.mirrors) if (mirror !== from) mirror.apply(changes);
    for (const listener of this.listeners) listener(this.doc);
  }
}

function stateAt(doc: Text, version: number): EditorState {
  return EditorState.create({doc, extensions: collab({clientID: ME, startVersion: version})});
}
