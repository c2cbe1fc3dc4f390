/** The REST routes of a room's history. */
import type {Api} from "./api";
import type {ChangeJSON} from "./protocol.gen";

/** An entry of a room's log, or with version 0 its beginning. */
export interface RevisionEntry {
  version: number;
  /** A whole-file write, or something typed. */
  kind: "edit" | "write";
  author: string;
  /** 1 to 7, by the author's name. */
  color: number;
  /** In seconds since 1970. */
  at: number;
  /** Of several that were merged: the first; `version` is the last, and the only one that is kept. */
  first?: number;
  /** Of several that were merged: who has a part in it besides `author`. */
  others?: string[];
}

/** A version that has a name, and is kept however old it gets. */
export interface RestorePoint {
  version: number;
  name: string;
  /** Who named it. */
  author: string;
  color: number;
  at: number;
}

/** What the history of a room takes in the store, and may take. */
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

/** Each method rejects with `ApiError`. */
export class HistoryRoutes {
  constructor(
    private readonly api: Api,
    private readonly roomId: string,
  ) {}

  /**
   * Revisions after a version with what they changed, oldest first: up to `limit`, or fewer where
   * they hold much text. More are there as long as the last one is not `head`.
   */
  revisions(after: number, limit: number): Promise<RevisionPage> {
    return this.api.call("GET", this.path(`revisions?after=${after}&limit=${limit}&changes=1`));
  }

  /** The code as it was at a version, and who made it so. */
  revision(version: number): Promise<RevisionEntry & {code: string}> {
    return this.api.call("GET", this.path(`revisions/${version}`));
  }

  /** Bring the code of a version back, as a new revision, whose version it gives. */
  restore(version: number): Promise<{version: number}> {
    return this.api.call("POST", this.path("restore"), {version});
  }

  /** The restore points, the oldest version first. */
  async points(): Promise<RestorePoint[]> {
    return (await this.api.call<{points: RestorePoint[]}>("GET", this.path("points"))).points;
  }

  /** Make a version a restore point, or give it another name. */
  name(version: number, name: string): Promise<RestorePoint> {
    return this.api.call("POST", this.path("points"), {version, name});
  }

  async forgetName(version: number): Promise<void> {
    await this.api.call("DELETE", this.path(`points/${version}`));
  }

  size(): Promise<HistorySize> {
    return this.api.call("GET", this.path("history"));
  }

  private path(end: string): string {
    return `rooms/${encodeURIComponent(this.roomId)}/${end}`;
  }
}
