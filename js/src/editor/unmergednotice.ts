/** Offers the person's own edits that could not be merged, to be copied as a patch or as the text. */
import type {Room, RoomState} from "../client/types";
import {copyButton} from "../ui/copybutton";
import {createNotice} from "../ui/notice";

const SENTENCE = "Your last edits are not in the room; copy them first.";

/** `focus` focuses the code. */
export function unmergedNotice(
  room: Room,
  focus: () => void,
  announce: (sentence: string) => void,
) {
  const patch = copyButton("Copy patch", "Patch copied.", () => room.state.patch, announce);
  const copy = copyButton("Copy text", "Text copied.", () => room.state.orphan ?? "", announce);
  const notice = createNotice({name: "orphan", tone: "warn", focus, announce});
  notice.add(patch.element, copy.element);
  notice.action("Dismiss", () => room.dropOrphan(), "pairedit-dismiss");
  return {
    element: notice.element,
    update({orphan, patch: edits}: RoomState) {
      notice.display(orphan === null ? "" : SENTENCE);
      patch.element.hidden = !edits;
    },
    destroy() {
      patch.destroy();
      copy.destroy();
    },
  };
}
