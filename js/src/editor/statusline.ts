/** The dot and its words, and below them the sentence with what a person can do. */
import type {RoomState, Status} from "../client/types";
import {copyButton} from "../ui/copybutton";
import {button, h, setText} from "../ui/dom";

/** How long "Saving…" stays after the last edit is stored, or it would flicker at every key. */
const SETTLE_MS = 400;

const CALM = /^(?:Live|Saving)/;
const LATE = / not saved for /;

export interface StatusOptions {
  readonly onRetry: () => void;
  /** The code as it is here, to be copied when it cannot be stored. */
  readonly text: () => string;
  /** Makes the room that is missing; rejects with an Error whose message is for people. */
  readonly onCreate?: (() => Promise<void>) | undefined;
  /** Says a sentence to screen readers. */
  readonly announce: (sentence: string) => void;
}

export interface StatusLine {
  /** Goes into the bar; always there, only its words change. */
  readonly element: HTMLElement;
  /** Goes below the bar; hidden while there is nothing to say. */
  readonly notice: HTMLElement;
  update(state: RoomState): void;
  destroy(): void;
}

export function statusLine(options: StatusOptions): StatusLine {
  const {onRetry, onCreate, announce} = options;
  const words = h("span", {class: "pairedit-status-words", role: "status", text: "Connecting…"});
  const dot = h("span", {class: "pairedit-dot", "aria-hidden": "true"});
  const element = h("div", {class: "pairedit-status", "data-tone": "busy"}, dot, words);
  const sentence = h("span", {class: "pairedit-sentence"});
  const retry = button("", onRetry, "pairedit-retry");
  const create = button("Create this room", () => void make(), "pairedit-create");
  const copy = copyButton("Copy text", "Text copied.", options.text, announce);
  const actions = h("span", {class: "pairedit-actions"}, copy.element, create, retry);
  const notice = h("div", {class: "pairedit-notice"}, sentence, actions);
  notice.hidden = true;
  let timer: number | null = null;

  async function make(): Promise<void> {
    create.disabled = true;
    try {
      await onCreate?.();
    } catch (error) {
      setText(sentence, error instanceof Error ? error.message : "The room could not be made.");
      announce(sentence.textContent ?? "");
    }
    create.disabled = false;
  }

  function show(state: RoomState): void {
    const now = statusWords(state);
    const before = words.textContent ?? "";
    // Every burst of typing goes to "Saving…" and back, and seconds pass: said aloud, a chatter.
    const chatter = [CALM, LATE].some(kind => kind.test(now.words) && kind.test(before));
    words.setAttribute("aria-live", chatter ? "off" : "polite");
    setText(words, now.words);
    element.dataset.tone = now.tone;
    if (now.sentence && now.sentence !== sentence.textContent) announce(now.sentence);
    setText(sentence, now.sentence);
    setText(retry, now.retry ?? "");
    retry.hidden = now.retry === null;
    copy.element.hidden = !state.rescue && state.status !== "closed";
    create.hidden = state.status !== "missing" || !onCreate;
    notice.dataset.tone = now.tone;
    notice.hidden = !now.sentence && now.retry === null;
  }

  return {
    element,
    notice,
    update(state) {
      if (timer !== null) window.clearTimeout(timer);
      timer = null;
      if (state.status === "live" && words.textContent === "Saving…") {
        timer = window.setTimeout(() => show(state), SETTLE_MS);
      } else {
        show(state);
      }
    },
    destroy() {
      copy.destroy();
      if (timer !== null) window.clearTimeout(timer);
    },
  };
}

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

/** What the status line says in each state: words, a sentence, and what a person can do. */
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
