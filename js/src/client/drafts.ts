/**
 * Stores unsent edits, so that after a reload of the tab the page continues as the same client. The
 * replica recognises edits that the log already has by the client id and their order.
 */
import {ChangeSet} from "@codemirror/state";
import type {Timers} from "../ui/timing";
import type {ChangeJSON} from "../wire/protocol.gen";
import {crc32} from "./checksum";
import type {Replica} from "./replica";
import type {Shelf} from "./tabstorage";
import type {OwnMarks} from "./types";

/** The client's secret, and the history of the room that it has joined. */
export interface Client {
  readonly key: string;
  readonly epoch: string;
}

/** The stored state of a client. */
export interface Kept extends Client {
  readonly version: number;
  /** The code at `version`. */
  readonly code: string;
  /** Its unsent edits, oldest first. */
  readonly edits: readonly ChangeJSON[];
  /** The marks of each edit; missing if none has any. */
  readonly marks?: readonly OwnMarks[];
}

export interface DraftsOptions {
  readonly shelf: Shelf;
  readonly timers: Timers;
  /** Identifies the room within this origin. */
  readonly room: string;
  readonly replica: Replica;
  readonly client: Client;
  /** Called before the edits are stored. They must not be joined or changed from then on. */
  readonly keeping: () => void;
}

const mostCharacters = 256 * 1024;
/**
 * Edits that are stored are not joined any more, and each is rebased over each revision of others. So
 * the pauses become longer while edits wait: 250 ms for each that waits.
 */
const pauseMs = 250;
/** A tab that is killed loses what was typed in this time without a connection. */
const longestMs = 5000;

export class Drafts {
  private readonly prefix: string;
  private readonly unhide: () => void;
  private timer: number | null = null;
  /** The claim on the storage name, and the function that ends it. */
  private claim: Promise<(() => void) | null> | null = null;
  private kept = "";
  private count = 0;
  /** The splits of edits until the last record. */
  private splits = 0;
  private taken = false;
  private stopped = false;

  constructor(private readonly options: DraftsOptions) {
    this.prefix = `pairedit:unsent:${options.room}:`;
    this.unhide = options.shelf.onHide(() => this.write());
  }

  /** Whether an earlier page of this tab may have stored edits. */
  get any(): boolean {
    return this.names.length > 0;
  }

  /** Returns the state of an earlier page, if that page is closed, and claims it. */
  async take(): Promise<Kept | null> {
    const {shelf} = this.options;
    if (this.taken) return null;
    this.taken = true;
    for (const name of this.names) {
      const claim = await shelf.claim(name);
      const kept = claim && read(shelf.get(name));
      if (kept) {
        this.kept = name;
        this.claim = Promise.resolve(claim);
        return kept;
      }
      // A duplicated tab has copies of the records of its original, which still uses them.
      shelf.remove(name);
      claim?.();
    }
    return null;
  }

  /** Called when the unsent edits may have changed. */
  update(): void {
    const {replica, timers} = this.options;
    if (this.stopped) return;
    if (!replica.unsent) this.clear();
    // Stored edits may have been joined, so the record must be replaced at once.
    else if (this.kept && replica.unsent < this.count) this.write();
    else if (this.kept && replica.splits > this.splits) this.rewrite();
    else this.timer ??= timers.setTimeout(() => this.write(), this.pause);
  }

  /** The room is closed here. Unsent edits stay for the next page of this tab. */
  stop(): void {
    this.write();
    this.stopped = true;
    this.unhide();
    void this.claim?.then(release => release?.());
  }

  /** A stored edit was split: the record must not stay if there is no space for the new one. */
  private rewrite(): void {
    this.clear();
    this.write();
  }

  private get pause(): number {
    return Math.min(pauseMs * this.options.replica.unsent, longestMs);
  }

  private get names(): string[] {
    return this.options.shelf.names().filter(name => name.startsWith(this.prefix));
  }

  private write(): void {
    const {shelf, replica, client, keeping} = this.options;
    this.rest();
    if (!replica.unsent || !client.epoch) return;
    if (this.record().length > mostCharacters) return this.clear();
    keeping();
    this.kept = this.prefix + crc32(client.key);
    this.count = replica.unsent;
    this.splits = replica.splits;
    this.claim ??= shelf.claim(this.kept, "new");
    shelf.set(this.kept, this.record());
  }

  private record(): string {
    const {key, epoch} = this.options.client;
    const {stored, version} = this.options.replica;
    const own = this.options.replica.ownEdits();
    const edits = own.map(each => each.changes.toJSON() as ChangeJSON);
    const marks = own.map(each => each.marks);
    const marked = marks.some(each => each.length) ? {marks} : {};
    const kept: Kept = {key, epoch, version, code: stored.toString(), edits, ...marked};
    return JSON.stringify(kept);
  }

  private clear(): void {
    this.rest();
    if (this.kept) this.options.shelf.remove(this.kept);
    this.kept = "";
  }

  private rest(): void {
    if (this.timer !== null) this.options.timers.clearTimeout(this.timer);
    this.timer = null;
  }
}

/** Loads a stored state into an empty replica. Returns false if it is inconsistent. */
export function unpack({code, version, edits, marks}: Kept, replica: Replica): boolean {
  replica.reset(code, version);
  try {
    edits.forEach((each, index) => {
      replica.edit(ChangeSet.fromJSON(each), null, marks?.[index]);
    });
    return true;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    replica.discard();
    return false;
  }
}

function read(text: string | null): Kept | null {
  try {
    const kept = JSON.parse(text ?? "") as Partial<Kept>;
    const {key, epoch, version, code, edits, marks} = kept;
    const words = typeof key === "string" && typeof epoch === "string" && typeof code === "string";
    const whole = words && typeof version === "number" && Array.isArray(edits);
    return whole ? {key, epoch, version, code, edits, ...(marks && {marks})} : null;
  } catch {
    return null;
  }
}
