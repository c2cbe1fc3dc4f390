/**
 * Keeps unsent edits over a reload of the tab, so that the page which comes after goes on as the
 * same client: the log recognises by its id and the order which of the edits it has already.
 */
import {ChangeSet} from "@codemirror/state";
import type {Timers} from "../ui/timing";
import type {ChangeJSON} from "../wire/protocol.gen";
import {crc32} from "./checksum";
import type {Replica} from "./replica";
import type {Shelf} from "./tabstorage";

/** Who this is to the server, and in which history of the room. */
export interface Client {
  readonly key: string;
  readonly epoch: string;
}

/** What a client is, when it is not connected. */
export interface Kept extends Client {
  readonly version: number;
  /** The code at `version`. */
  readonly code: string;
  /** Its unsent edits over it, oldest first. */
  readonly edits: readonly ChangeJSON[];
}

export interface KeepsakeOptions {
  readonly shelf: Shelf;
  readonly timers: Timers;
  /** Names the room, and no other one of this origin. */
  readonly room: string;
  readonly replica: Replica;
  readonly client: Client;
  /** Told that the edits are going to be kept: each must stay what it is from then on. */
  readonly keeping: () => void;
}

const mostCharacters = 256 * 1024;
const everyMs = 250;

export class Keepsake {
  private readonly prefix: string;
  private readonly unhide: () => void;
  private timer: number | null = null;
  /** The claim on the place where the edits are kept, and what ends it. */
  private claim: Promise<(() => void) | null> | null = null;
  private kept = "";
  private count = 0;
  private taken = false;
  private stopped = false;

  constructor(private readonly options: KeepsakeOptions) {
    this.prefix = `pairedit:unsent:${options.room}:`;
    this.unhide = options.shelf.onHide(() => this.write());
  }

  /** Whether an earlier page of this tab may have left something. */
  get any(): boolean {
    return this.names.length > 0;
  }

  /** Take over what an earlier page left, if it is gone: one page at a time is a client. */
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
      // A duplicated tab has the records of the tab that it was made of, where they live on.
      shelf.remove(name);
      claim?.();
    }
    return null;
  }

  /** There may be other edits that are unsent, or none any more. */
  look(): void {
    const {replica, timers} = this.options;
    if (this.stopped) return;
    if (!replica.unsent) this.clear();
    // Several may have become one, which must not be pushed beside what is kept of them.
    else if (this.kept && replica.unsent < this.count) this.write();
    else this.timer ??= timers.setTimeout(() => this.write(), everyMs);
  }

  /** The room is closed here; what is unsent stays for whoever opens it next in this tab. */
  stop(): void {
    this.write();
    this.stopped = true;
    this.unhide();
    void this.claim?.then(release => release?.());
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
    this.claim ??= shelf.claim(this.kept, "new");
    shelf.set(this.kept, this.record());
  }

  private record(): string {
    const {key, epoch} = this.options.client;
    const {stored, version} = this.options.replica;
    const edits = this.options.replica.sendable().map(each => each.toJSON() as ChangeJSON);
    const kept: Kept = {key, epoch, version, code: stored.toString(), edits};
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

/** Puts it into a replica that has nothing yet; false where it does not fit together. */
export function unpack({code, version, edits}: Kept, replica: Replica): boolean {
  replica.reset(code, version);
  try {
    for (const each of edits) replica.edit(ChangeSet.fromJSON(each), null);
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
    const {key, epoch, version, code, edits} = kept;
    const words = typeof key === "string" && typeof epoch === "string" && typeof code === "string";
    const whole = words && typeof version === "number" && Array.isArray(edits);
    return whole ? {key, epoch, version, code, edits} : null;
  } catch {
    return null;
  }
}
