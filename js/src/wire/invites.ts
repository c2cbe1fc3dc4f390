/** The REST routes for guest links and guests. */
import {roomPath} from "./api";
import type {Api} from "./api";
import type {ListedPass} from "./passes";

export type GuestRole = "edit" | "view";

export interface InviteRequest {
  readonly role: GuestRole;
  /** The lifetime in seconds. The server has a default for each role. */
  readonly expiresIn?: number;
  readonly label?: string;
}

/** A link that was just created. The server sends its key only in this reply. */
export interface MadeInvite {
  inviteId: string;
  url: string;
  role: GuestRole;
  label: string;
  /** Seconds since 1970. */
  expiresAt: number;
  /** A restriction of this link, if there is one. */
  warning?: string;
}

/** An active link. Times are in seconds since 1970. */
export interface Invite {
  inviteId: string;
  role: GuestRole;
  label: string;
  createdBy: string;
  createdAt: number;
  expiresAt: number;
  lastUsedAt: number | null;
  uses: number;
  /** The names of the guests who use it now. */
  people: string[];
}

export interface Shared {
  invites: Invite[];
  /** Whether all guests may only read, whatever their link allows. */
  locked: boolean;
  /** The kernels that have a pass. Servers of before have none. */
  passes?: ListedPass[];
}

/** Calls the routes of one room. Each method rejects with `ApiError`. */
export class Invites {
  constructor(
    private readonly api: Api,
    private readonly roomId: string,
  ) {}

  list(): Promise<Shared> {
    return this.api.call("GET", this.path("invites"));
  }

  make(request: InviteRequest): Promise<MadeInvite> {
    return this.api.call("POST", this.path("invites"), request);
  }

  /** Resolves when the link's guests are disconnected, with the number of connections closed. */
  revoke(inviteId: string): Promise<{closed: number}> {
    return this.api.call("DELETE", this.path("invites", inviteId));
  }

  change(inviteId: string, role: GuestRole): Promise<unknown> {
    return this.api.call("PUT", this.path("invites", inviteId), {role});
  }

  /** Revokes all links and creates a new one for each. */
  renew(): Promise<{invites: MadeInvite[]; closed: number}> {
    return this.api.call("POST", this.path("invites", "renew"));
  }

  lock(locked: boolean): Promise<unknown> {
    return this.api.call("PUT", this.path("lock"), {locked});
  }

  /** Removes the guest who has a client. Resolves with the number of connections closed. */
  remove(clientId: string): Promise<{closed: number}> {
    return this.api.call("DELETE", this.path("people", clientId));
  }

  private path(...parts: string[]): string {
    return roomPath(this.roomId, ...parts);
  }
}
