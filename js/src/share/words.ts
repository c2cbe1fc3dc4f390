/** What the share panel says: what a link grants, for how long, and when it was used. */
import type {GuestRole, Invite} from "../wire/invites";

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Seconds that a link may live, as one is asked; the server takes up to thirty days. */
export const LIVES: readonly [seconds: number, words: string][] = [
  [HOUR, "1 hour"],
  [DAY, "24 hours"],
  [7 * DAY, "7 days"],
  [30 * DAY, "30 days"],
];

export const DEFAULT_LIFE: Readonly<Record<GuestRole, number>> = {edit: DAY, view: 7 * DAY};

export const ROLE_WORDS: Readonly<Record<GuestRole, string>> = {
  edit: "Can edit",
  view: "View only",
};

export function grants(role: GuestRole): string {
  const may = role === "edit" ? "read and change this code" : "read this code as it changes";
  return `Whoever has the link can ${may}, without an account, until it expires or you revoke it.`;
}

export function warning(role: GuestRole): string {
  const nothing = "It opens nothing else: no files, no kernel, no other room.";
  return role === "edit"
    ? `${nothing} But read what a guest has written before you run it.`
    : nothing;
}

/** "expires in 23 hours" */
export function expiry({expiresAt}: Pick<Invite, "expiresAt">, now: number): string {
  const left = expiresAt - now;
  return left <= 0 ? "expired" : `expires in ${span(left)}`;
}

/** "used 5 minutes ago" */
export function usage({lastUsedAt, people}: Pick<Invite, "lastUsedAt" | "people">, now: number): string {
  if (people.length) return `${people.join(", ")} ${people.length === 1 ? "is" : "are"} here`;
  if (lastUsedAt === null) return "not used yet";
  const past = now - lastUsedAt;
  return past < 60 ? "used just now" : `used ${span(past)} ago`;
}

/** What a link is called where it has no label. */
export function linkName({label, role}: Pick<Invite, "label" | "role">): string {
  return label.trim() || (role === "edit" ? "Link to edit" : "Link to view");
}

function span(seconds: number): string {
  // A link that was just made for 24 hours has 23 hours and 59 minutes: that is 24 hours.
  const units: readonly [number, string][] = [[DAY, "day"], [HOUR, "hour"], [60, "minute"]];
  const [size, unit] = units.find(([length]) => seconds >= 1.95 * length) ?? [60, "minute"];
  const count = Math.max(1, Math.round(seconds / size));
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
