/** Warns of code that is almost too large to be stored, or too large to be displayed well. */
import type {Text} from "@codemirror/state";
import type {Room, RoomState} from "../client/types";
import {createNotice} from "../ui/notice";

/** The length of a long line, in UTF-16 units. */
const LONG_LINE = 10_000;
/** Bytes of UTF-8: half of the default limit of a room. */
const LARGE_CODE = 512 * 1024;

const LARGE =
  "This code takes more than 512 KiB; most rooms take 1 MiB and no more. Move some of it into a file.";

/** The warning for a text; empty if there is none. */
export function largeSentence(doc: Text): string {
  if (isLarge(doc)) return LARGE;
  let number = 0;
  for (const line of doc.iterLines()) {
    number++;
    if (line.length > LONG_LINE) {
      return `Line ${number} has more than 10,000 characters: typing in it may be slow.`;
    }
  }
  return "";
}

function isLarge(doc: Text): boolean {
  // A UTF-16 unit takes at most three bytes, so most texts need no encoding.
  if (doc.length * 3 <= LARGE_CODE) return false;
  return new TextEncoder().encode(doc.toString()).length > LARGE_CODE;
}

/** `focus` focuses the code. */
export function largeNotice(room: Room, focus: () => void) {
  const notice = createNotice({name: "large", tone: "warn", focus});
  let checked: Text | null = null;
  /** Whether the displayed warning is of large code; else it is of a long line. */
  let large = false;
  /** Those that were dismissed. A long line that has moved is no news. */
  const dismissed = new Set<boolean>();

  /** Checks the text when it has a fingerprint, which is when nobody types. */
  function check({fingerprint}: RoomState): void {
    if (!fingerprint || room.doc === checked) return;
    checked = room.doc;
    const sentence = largeSentence(checked);
    large = sentence === LARGE;
    notice.display(dismissed.has(large) ? "" : sentence);
  }

  const unsubscribe = room.subscribe(check);
  notice.action("Dismiss", () => dismissed.add(large), "pairedit-dismiss");
  check(room.state);
  return {element: notice.element, destroy: unsubscribe};
}
