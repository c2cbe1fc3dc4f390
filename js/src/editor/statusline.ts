/** The connection's status in the toolbar, and a notice with what a person can do about it. */
import type {RoomState, Status} from "../client/types";
import {copyButton} from "../ui/copybutton";
import {button, h, setText} from "../ui/dom";
import {createNotice} from "../ui/notice";
import {once} from "../ui/timing";

/** How long "Saving…" stays after the last edit is stored, so that it does not flicker. */
const SETTLE_MS = 400;

/** Texts that change too often to be announced. */
const FREQUENT = [/^(?:Live|Saving)/, / not saved for /];

export interface StatusOptions {
  readonly onRetry: () => void;
  /** The code in this page, to be copied when it cannot be stored. */
  readonly text: () => string;
  /** Creates the room if it is missing. Rejects with an Error to display. */
  readonly onCreate?: (() => Promise<void>) | undefined;
  readonly focus: () => void;
  readonly announce: (sentence: string) => void;
}

export function statusLine(options: StatusOptions) {
  const {onCreate, announce} = options;
  const words = h("span", {class: "pairedit-status-words", role: "status", text: "Connecting…"});
  const dot = h("span", {class: "pairedit-dot", "aria-hidden": "true"});
  const element = h("div", {class: "pairedit-status", "data-tone": "busy"}, dot, words);
  const notice = createNotice({...options, name: "connection"});
  const copy = copyButton("Copy text", "Text copied.", options.text, announce);
  const create = button("Create this room", () => void once(create, tryCreate), "pairedit-create");
  const retry = button("", options.onRetry, "pairedit-retry");
  notice.add(copy.element, create, retry);
  let timer: number | undefined;

  async function tryCreate(): Promise<void> {
    await onCreate?.().catch((error: unknown) => notice.displayError(error));
  }

  function display(state: RoomState): void {
    const now = statusWords(state);
    const before = words.textContent ?? "";
    const frequent = FREQUENT.some(kind => kind.test(now.words) && kind.test(before));
    words.setAttribute("aria-live", frequent ? "off" : "polite");
    setText(words, now.words);
    element.dataset.tone = now.tone;
    setText(retry, now.retry ?? "");
    retry.hidden = now.retry === null;
    const ended = ENDED.includes(state.status) && options.text() !== "";
    copy.element.hidden = !state.rescue && !ended;
    create.hidden = state.status !== "missing" || !onCreate;
    notice.element.dataset.tone = now.tone;
    notice.display(now.sentence);
    notice.element.hidden &&= now.retry === null;
  }

  return {
    /** For the toolbar. */
    element,
    /** Goes below the toolbar. */
    notice: notice.element,
    update(state: RoomState) {
      window.clearTimeout(timer);
      if (state.status === "live" && words.textContent === "Saving…") {
        timer = window.setTimeout(() => display(state), SETTLE_MS);
      } else {
        display(state);
      }
    },
    destroy() {
      copy.destroy();
      window.clearTimeout(timer);
    },
  };
}

/** The colour of the dot. There is always a text beside it. */
export type Tone = "ok" | "busy" | "warn" | "error";

export interface Words {
  readonly tone: Tone;
  /** Two or three words, beside the dot. */
  readonly words: string;
  /** What is wrong and what to do; empty if nothing is. */
  readonly sentence: string;
  /** The label of the button; null if there is nothing to do. */
  readonly retry: string | null;
}

/** `sentence` is used if the room has no message. */
type Entry = Pick<Words, "tone" | "words"> & Partial<Words>;

const STORAGE = "The server cannot store edits for now.";

const TABLE: Readonly<Record<Status, Entry>> = {
  connecting: {tone: "busy", words: "Connecting…"},
  live: {tone: "ok", words: "Live · saved"},
  saving: {tone: "busy", words: "Saving…"},
  unsaved: {tone: "warn", words: "Not saved"},
  reconnecting: {tone: "warn", words: "Reconnecting…", retry: "Try now"},
  "read-only": {tone: "warn", words: "Read-only", sentence: STORAGE, retry: "Try again"},
  full: {tone: "error", words: "Room full", retry: "Try again"},
  missing: {tone: "error", words: "No such room", retry: "Try again"},
  replaced: {tone: "error", words: "Open in another tab", retry: "Use it here"},
  refused: {tone: "error", words: "Not allowed", retry: "Try again"},
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

/** In these states the text is offered for copying. */
const ENDED: readonly Status[] = ["closed", "refused"];

/** In these states, waiting edits will never be sent. */
const OVER: readonly Status[] = ["invalid", "expired", "revoked", "removed"];

type ConnectionState = Pick<
  RoomState,
  "status" | "message" | "unsent" | "overdue" | "rescue" | "role" | "guest"
>;

const RESCUE = "What you typed is only in this browser. Copy the text to be safe.";

export function statusWords(state: ConnectionState): Words {
  const {status, message, unsent, overdue, rescue, role, guest} = state;
  const entry = status === "live" && role === "view" ? VIEWING : TABLE[status];
  const {tone, words, sentence = "", retry = null} = entry;
  // Every edit is "saving" for a moment; its number would only flicker.
  const ordinary = status === "live" || status === "saving";
  const edits = unsent === 1 ? "1 edit" : `${unsent} edits`;
  const join = words.endsWith("…") ? " " : " · ";
  const rest = {
    sentence: [message || sentence, rescue ? RESCUE : ""].filter(Boolean).join(" "),
    // A deleted room can be created again, but a guest link does not lead into the new one.
    retry: guest && status === "closed" ? null : retry,
  };
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
