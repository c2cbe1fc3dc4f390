/** The REST routes by which a room is shared with guests. */
import type {Api} from "./api";

export type GuestRole = "edit" | "view";

export interface InviteWish {
  readonly role: GuestRole;
  /** Seconds; the server has a default for each role. */
  readonly expiresIn?: number;
  readonly label?: string;
}

/** A link that was made just now: the only time that its key is told. */
export interface MadeInvite {
  inviteId: string;
  url: string;
  role: GuestRole;
  label: string;
  /** In seconds since 1970. */
  expiresAt: number;
  /** What to know about this very link, where there is something. */
  warning?: string;
}

/** A link that is live. Times are in seconds since 1970. */
export interface Invite {
  inviteId: string;
  role: GuestRole;
  label: string;
  createdBy: string;
  createdAt: number;
  expiresAt: number;
  lastUsedAt: number | null;
  uses: number;
  /** The names of those who are here by it now. */
  people: string[];
}

export interface Shared {
  invites: Invite[];
  /** Whether all guests may only read, whatever their link says. */
  locked: boolean;
}

/** Each method rejects with `ApiError`. */
export class Invites {
  constructor(
    private readonly api: Api,
    private readonly roomId: string,
  ) {}

  list(): Promise<Shared> {
    return this.api.call("GET", this.path("invites"));
  }

  make(wish: InviteWish): Promise<MadeInvite> {
    return this.api.call("POST", this.path("invites"), wish);
  }

  /** When it is done, nobody is here by that link any more. */
  revoke(inviteId: string): Promise<{closed: number}> {
    return this.api.call("DELETE", this.path("invites", inviteId));
  }

  change(inviteId: string, role: GuestRole): Promise<unknown> {
    return this.api.call("PUT", this.path("invites", inviteId), {role});
  }

  /** Revoke all, and make a new one for each. */
  renew(): Promise<{invites: MadeInvite[]; closed: number}> {
    return this.api.call("POST", this.path("invites", "renew"));
  }

  lock(locked: boolean): Promise<unknown> {
    return this.api.call("PUT", this.path("lock"), {locked});
  }

  /** Send the guest away whose client this is. */
  remove(clientId: string): Promise<{closed: number}> {
    return this.api.call("DELETE", this.path("people", clientId));
  }

  private path(...parts: string[]): string {
    return ["rooms", this.roomId, ...parts].map(encodeURIComponent).join("/");
  }
}
