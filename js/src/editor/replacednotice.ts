/**
 * The notice for guests that somebody replaced text of the whole file, with a button that brings it
 * back. Guests cannot read the history, but this page had the previous text, and a guest who may
 * edit can insert it again.
 */
import type {ChangeSet, Text} from "@codemirror/state";
import type {Room, RoomState} from "../client/types";
import {createNotice} from "../ui/notice";

export interface Loss {
  /** The text before the write; for several consecutive writes, before the first. */
  readonly before: Text;
  readonly after: Text;
}

/** Adds a write to the one displayed. If there were edits in between, only the new write counts. */
export function addWrite(shown: Loss | null, before: Text, after: Text): Loss {
  return {before: shown?.after === before ? shown.before : before, after};
}

/** `smallestChange` is the one of editor.js. `focus` focuses the code. */
export function guestReplacedNotice(
  room: Room,
  smallestChange: (before: Text, after: Text) => ChangeSet,
  focus: () => void,
) {
  let [before, now] = [room.doc, room.doc];
  let seen = room.state.replaced;
  let loss: Loss | null = null;
  const notice = createNotice({name: "replaced", focus});
  const bringBack = (): void => {
    if (loss) room.edit(smallestChange(room.doc, loss.before), null);
    loss = null;
  };
  const back = notice.action("Bring it back", bringBack, "pairedit-bring-back");
  notice.action("Dismiss", () => (loss = null), "pairedit-dismiss");

  function update({replaced, editable, role}: RoomState): void {
    back.disabled = !editable;
    if (replaced === seen) return;
    seen = replaced;
    if (role === "view") return; // They cannot bring it back.
    loss = addWrite(loss, before, now);
    notice.display("Somebody replaced the text.");
  }

  const ends = [room.onCode(doc => ([before, now] = [now, doc])), room.subscribe(update)];
  update(room.state);
  return {
    element: notice.element,
    destroy() {
      for (const end of ends) end();
    },
  };
}
