/** The REST routes for passes, by which kernels on other machines join a room. */
import {roomPath} from "./api";
import type {Api} from "./api";

/** A pass that was just made. The server sends it only in this reply. */
export interface MadePass {
  readonly passId: string;
  readonly pass: string;
}

/** A kernel that has a pass. */
export interface ListedPass {
  readonly passId: string;
  /** The name of the person who has made it. */
  readonly name: string;
  /** Seconds since 1970. */
  readonly madeAt: number;
  readonly connected: boolean;
}

/** Calls the routes of one room. Each method rejects with `ApiError`. */
export class Passes {
  constructor(
    private readonly api: Api,
    private readonly roomId: string,
  ) {}

  /** `client` is the page's own in the room. The pass ends some time after it has left. */
  make(client: string): Promise<MadePass> {
    return this.api.call("POST", roomPath(this.roomId, "pass"), {client});
  }

  /** Ends a pass for good. */
  stop(passId: string): Promise<unknown> {
    return this.api.call("DELETE", roomPath(this.roomId, "pass", passId));
  }

  /** Ends a pass that this page has made, because it leaves the room. */
  leave(passId: string): Promise<unknown> {
    return this.api.call("DELETE", `${roomPath(this.roomId, "pass", passId)}?left=1`);
  }
}
