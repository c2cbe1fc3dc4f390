/** What the status line says in each state: words, a sentence, and what a person can do. */
import type {RoomState, Status} from "./room";

/** How the dot looks. Words always stand beside it. */
export type Tone = "ok" | "busy" | "warn" | "error";

export interface Words {
  readonly tone: Tone;
  /** Two or three words, beside the dot. */
  readonly words: string;
  /** What is the matter and what helps, in one sentence; empty when all is well. */
  readonly sentence: string;
  /** What the button offers, or null where there is nothing to do. */
  readonly retry: string | null;
}

interface Entry {
  readonly tone: Tone;
  readonly words: string;
  /** Said where the room itself gives no message. */
  readonly sentence?: string;
  readonly retry?: string;
}

const TABLE: Readonly<Record<Status, Entry>> = {
  connecting: {tone: "busy", words: "Connecting…"},
  live: {tone: "ok", words: "Live · saved"},
  saving: {tone: "busy", words: "Saving…"},
  unsaved: {tone: "warn", words: "Not saved"},
  reconnecting: {tone: "warn", words: "Reconnecting…", retry: "Try now"},
  "read-only": {
    tone: "warn",
    words: "Read-only",
    sentence: "The server cannot store edits for now.",
    retry: "Try again",
  },
  full: {
    tone: "error",
    words: "Room full",
    retry: "Try again",
  },
  missing: {
    tone: "error",
    words: "No such room",
    retry: "Try again",
  },
  replaced: {
    tone: "error",
    words: "Open in another tab",
    retry: "Use it here",
  },
  refused: {
    tone: "error",
    words: "Not allowed",
    retry: "Try again",
  },
  closed: {
    tone: "error",
    words: "Closed",
    sentence: "The room is closed here.",
    retry: "Reconnect",
  },
  invalid: {tone: "error", words: "Link not valid"},
  expired: {tone: "error", words: "Link expired"},
  revoked: {tone: "error", words: "Link revoked"},
  removed: {tone: "error", words: "Removed"},
};

const VIEWING: Entry = {tone: "ok", words: "Live · view only"};

/** Nothing that waits then will ever be sent. */
const OVER: readonly Status[] = ["invalid", "expired", "revoked", "removed"];

type Told = Pick<
  RoomState,
  "status" | "message" | "unsent" | "overdue" | "rescue" | "role" | "guest"
>;

const RESCUE = "What you typed is only in this browser. Copy the text to be safe.";

export function statusWords(told: Told): Words {
  const {status, message, unsent, overdue, rescue, role, guest} = told;
  const entry = status === "live" && role === "view" ? VIEWING : TABLE[status];
  const {tone, words, sentence = "", retry = null} = entry;
  // "saving" is the ordinary way of an edit, its number would only flicker.
  const ordinary = status === "live" || status === "saving";
  const edits = unsent === 1 ? "1 edit" : `${unsent} edits`;
  const join = words.endsWith("…") ? " " : " · ";
  const said = [message || sentence, rescue ? RESCUE : ""].filter(Boolean).join(" ");
  // A room that was deleted can be made again, but no link leads into that one.
  const rest = {sentence: said, retry: guest && status === "closed" ? null : retry};
  if (overdue && tone !== "error") {
    const late = `${edits} not saved for ${duration(overdue)}`;
    return {...rest, tone: "error", words: ordinary ? late : words + join + late};
  }
  const waits = unsent > 0 && !ordinary && !OVER.includes(status);
  return {...rest, tone, words: waits ? `${words}${join}${edits} waiting` : words};
}

function duration(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min`;
}
