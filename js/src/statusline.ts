/** The dot and its words, and below them the sentence with what a person can do. */
import {button, h, setText} from "./dom";
import type {RoomState} from "./room";
import {copyButton} from "./copybutton";
import {statusWords} from "./words";

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
