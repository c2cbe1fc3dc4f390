/** The REST routes of a room's history. Times are in seconds since 1970. */
import {roomPath} from "./api";
import type {Api} from "./api";
import type {Mark} from "./marks";
import type {ChangeJSON} from "./protocol.gen";

/** A revision of a room's log; version 0 is its beginning. */
export interface RevisionEntry {
  version: number;
  /** "write" for a write of the whole file. */
  kind: "edit" | "write";
  author: string;
  /** 1 to 7, derived from the author's name. */
  color: number;
  at: number;
  /** The first of several versions that were merged. `version` is the last, which still exists. */
  first?: number;
  /** The authors of merged versions besides `author`. */
  others?: string[];
  /** Missing if there are none. The server does not read them from names. */
  marks?: Mark[];
}

/** A version with a name. It is never merged with others. */
export interface RestorePoint {
  version: number;
  name: string;
  /** The person who named it. */
  author: string;
  color: number;
  at: number;
}

/** A change of title, language, limit or settings. */
export interface RoomChange {
  /** 1 for the first change of the room. */
  number: number;
  /** The version of the code at that time. */
  version: number;
  author: string;
  color: number;
  at: number;
  /** The values before and after, by name; switches by their own names. */
  differences: Readonly<
    Record<string, readonly [string | number | boolean, string | number | boolean]>
  >;
}

/** The size of a room's history in the store, and its limit. */
export interface HistorySize {
  head: number;
  revisions: number;
  bytes: number;
  limit: number;
}

export interface RevisionPage {
  head: number;
  revisions: (RevisionEntry & {changes: ChangeJSON})[];
}

/** Calls the routes of one room. Each method rejects with `ApiError`. */
export class HistoryRoutes {
  constructor(
    private readonly api: Api,
    private readonly roomId: string,
  ) {}

  /** See `Api.now`. */
  now(): number {
    return this.api.now();
  }

  /**
   * Returns at most `limit` revisions after a version, oldest first, with their changes. A reply may
   * have fewer because of their size; there are more unless the last one is `head`.
   */
  revisions(after: number, limit: number): Promise<RevisionPage> {
    return this.api.call("GET", this.path(`revisions?after=${after}&limit=${limit}&changes=1`));
  }

  /** Returns a revision with the code at its version. */
  revision(version: number): Promise<RevisionEntry & {code: string}> {
    return this.api.call("GET", this.path(`revisions/${version}`));
  }

  /** Restores the code of a version as a new revision. Returns the new version. */
  restore(version: number): Promise<{version: number}> {
    return this.api.call("POST", this.path("restore"), {version});
  }

  /** Returns the restore points, oldest version first. */
  async points(): Promise<RestorePoint[]> {
    return (await this.api.call<{points: RestorePoint[]}>("GET", this.path("points"))).points;
  }

  /** Returns the changes of the room itself, oldest first. */
  async changes(): Promise<RoomChange[]> {
    return (await this.api.call<{changes: RoomChange[]}>("GET", this.path("changes"))).changes;
  }

  /** Creates a restore point or renames it. */
  setPoint(version: number, name: string): Promise<RestorePoint> {
    return this.api.call("POST", this.path("points"), {version, name});
  }

  async deletePoint(version: number): Promise<void> {
    await this.api.call("DELETE", this.path(`points/${version}`));
  }

  size(): Promise<HistorySize> {
    return this.api.call("GET", this.path("history"));
  }

  private path(end: string): string {
    return `${roomPath(this.roomId)}/${end}`;
  }
}
