/** What a guest reads in the place of the editor, as long as there is none. */
import type {RoomState, Status} from "../client/types";

export interface GuestWords {
  readonly head: string;
  readonly sentence: string;
  /** What the button offers; empty where there is nothing to do. */
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
  refused: "You were not let in",
};

/** Said to who never had its text: the room's own sentence is about a copy of that. */
const NO_ROOM = "Those who share it can make another one.";

/** After these, another try may end otherwise. */
const MAY_CHANGE: readonly Status[] = ["full", "refused"];

/** Said where another link is opened over text that is only in this page. */
export const COPY_FIRST =
  "What you typed is only in this page: copy your text first, then open the link again.";

/** Whether there is text that goes with the page. */
export function holdsText({unsent, orphan}: Pick<RoomState, "unsent" | "orphan">): boolean {
  return unsent > 0 || orphan !== null;
}

/** Whether nothing but another try, or another link, leads into the room. */
export function isOut({status}: Pick<RoomState, "status">): boolean {
  return status in HEADS;
}

export function guestWords({status, message}: Pick<RoomState, "status" | "message">): GuestWords {
  const head = HEADS[status];
  if (head) {
    const sentence = status === "closed" ? NO_ROOM : message;
    return {head, sentence, retry: MAY_CHANGE.includes(status) ? "Try again" : ""};
  }
  return message
    ? {head: "Not joined yet", sentence: message, retry: "Try now"}
    : {head: "Joining…", sentence: "", retry: ""};
}
