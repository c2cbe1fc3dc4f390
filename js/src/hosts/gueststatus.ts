/** What the guest page displays instead of the editor. */
import type {RoomState, Status} from "../client/types";

export interface GuestStatus {
  readonly head: string;
  readonly sentence: string;
  /** The label of the button; empty if trying again cannot help. */
  readonly retry: string;
}

const HEADS: Partial<Record<Status, string>> = {
  full: "The room is full",
  invalid: "This link opens no room",
  expired: "This link has expired",
  revoked: "This link was revoked",
  removed: "You were removed",
  closed: "The room was deleted",
  missing: "There is no such room",
  refused: "You were not admitted",
};

/** Replaces the room's own sentence, which is about a copy of the text. */
const DELETED = "Ask for a link to another room.";

/** The states in which another attempt can succeed. */
const MAY_CHANGE: readonly Status[] = ["full", "refused"];

/** Displayed when another link is opened while text exists only in this page. */
export const COPY_FIRST =
  "Some of your text is only in this page: copy it first, then open the link again.";

/** Whether the guest has no access now, and does not get it by waiting. */
export function isOut({status}: Pick<RoomState, "status">): boolean {
  return status in HEADS;
}

export function guestStatus({status, message}: Pick<RoomState, "status" | "message">): GuestStatus {
  const head = HEADS[status];
  if (head) {
    const sentence = status === "closed" ? DELETED : message;
    return {head, sentence, retry: MAY_CHANGE.includes(status) ? "Try again" : ""};
  }
  return message
    ? {head: "Not joined yet", sentence: message, retry: "Try now"}
    : {head: "Joining…", sentence: "", retry: ""};
}
