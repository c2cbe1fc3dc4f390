/** The sentences of the share panel. */
import {isolated} from "../ui/names";
import {relativeTime} from "../ui/time";
import type {GuestRole, Invite} from "../wire/invites";

const HOUR = 3600;
const DAY = 24 * HOUR;

/** The lifetimes to choose from, in seconds. The server takes up to 30 days. */
export const LIFETIMES: readonly [seconds: number, label: string][] = [
  [HOUR, "1 hour"],
  [DAY, "24 hours"],
  [7 * DAY, "7 days"],
  [30 * DAY, "30 days"],
];

export const DEFAULT_LIFETIME: Readonly<Record<GuestRole, number>> = {edit: DAY, view: 7 * DAY};

export const ROLE_LABELS: Readonly<Record<GuestRole, string>> = {
  edit: "Can edit",
  view: "View only",
};

/** What a link with a role allows. */
export function permission(role: GuestRole): string {
  const actions = role === "edit" ? "read and change this code" : "read this code as it changes";
  return `Anyone with the link can ${actions}, without an account, until it expires or you revoke it.`;
}

/** What a link with a role does not allow, and what to be careful about. */
export function warning(role: GuestRole): string {
  const limits = "It gives access to nothing else: no files, no kernel, no other room.";
  return role === "edit" ? `${limits} Read what guests write before you run it.` : limits;
}

/** "expires in 23 hours". `now` is in seconds since 1970. */
export function expiry({expiresAt}: Pick<Invite, "expiresAt">, now: number): string {
  const left = expiresAt - now;
  if (left <= 0) return "expired";
  return `expires ${left < 60 ? "in less than a minute" : relativeTime(expiresAt, now)}`;
}

/** "used 5 minutes ago", or who uses the link now. `now` is in seconds since 1970. */
export function usage(
  {lastUsedAt, people}: Pick<Invite, "lastUsedAt" | "people">,
  now: number,
): string {
  if (people.length) {
    return `${people.map(isolated).join(", ")} ${people.length === 1 ? "is" : "are"} here`;
  }
  return lastUsedAt === null ? "not used yet" : `used ${relativeTime(lastUsedAt, now)}`;
}

/** The label of a link, or what it allows if it has none. */
export function linkName({label, role}: Pick<Invite, "label" | "role">): string {
  return label.trim() || (role === "edit" ? "Link to edit" : "Link to view");
}

/** How many connections were closed by revoking a link or removing a guest. */
export function closedConnections(count: number): string {
  if (!count) return "Nobody was connected.";
  return count === 1 ? "One connection was closed." : `${count} connections were closed.`;
}
