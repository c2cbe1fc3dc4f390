/** Warns, while there is time, of code that is getting too large to be stored or to be shown well. */
import type {Text} from "@codemirror/state";
import type {Room, RoomState} from "../client/types";
import {button, h, leave, setText} from "../ui/dom";

/** UTF-16 units of one line. */
const longLine = 10_000;
/** Bytes of UTF-8: half of what a room takes where its server says nothing else. */
const muchCode = 512 * 1024;

const LARGE =
  "This code takes more than 512 KiB; most rooms take 1 MiB and no more. Move some of it into a file.";

/** What to say of a text; nothing, of nearly all. */
export function largeSentence(doc: Text): string {
  if (hasMuch(doc)) return LARGE;
  let number = 0;
  for (const line of doc.iterLines()) {
    number++;
    if (line.length > longLine) {
      return `Line ${number} has more than 10,000 characters: typing in it may be slow.`;
    }
  }
  return "";
}

function hasMuch(doc: Text): boolean {
  // A unit takes three bytes at most: nearly all texts need not be encoded.
  if (doc.length * 3 <= muchCode) return false;
  return new TextEncoder().encode(doc.toString()).length > muchCode;
}

export interface LargeBar {
  readonly element: HTMLElement;
  destroy(): void;
}

/** `focus` gives the focus to the code. */
export function largeBar(room: Room, focus: () => void): LargeBar {
  const sentence = h("span", {class: "pairedit-sentence", role: "status"});
  const dismiss = button("Dismiss", () => {
    leave(element, focus);
    end();
  });
  const actions = h("span", {class: "pairedit-actions"}, dismiss);
  const element = h("div", {class: "pairedit-notice pairedit-large"}, sentence, actions);
  element.dataset.tone = "warn";
  element.hidden = true;
  let seen: Text | null = null;

  /** Only a text at rest has a fingerprint: nothing is looked through at every key. */
  function follow({fingerprint}: RoomState): void {
    if (!fingerprint || room.doc === seen) return;
    seen = room.doc;
    const told = largeSentence(seen);
    element.hidden = !told;
    setText(sentence, told);
  }

  const end = room.subscribe(follow);
  follow(room.state);
  return {element, destroy: end};
}
