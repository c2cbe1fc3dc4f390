/** The question before a room is deleted. It is asked once, and says who is in the room. */
import type {Room, RoomState} from "../client/types";
import {button, onEscape} from "../ui/dom";
import {createNotice} from "../ui/notice";
import {deleteQuestion} from "./labels";

export interface DeletionOptions {
  readonly room: Room;
  readonly focus: () => void;
  readonly announce: (sentence: string) => void;
  /** Rejects with an Error to display. */
  readonly remove: () => Promise<void>;
}

export function deletion({room, remove, ...rest}: DeletionOptions) {
  const notice = createNotice({...rest, name: "deleting", tone: "warn"});
  const close = (): void => notice.display("");
  const keep = button("Keep it", close, "pairedit-keep");
  notice.action("Delete the room", remove, "pairedit-delete", "The room is deleted.");
  notice.add(keep);
  onEscape(notice.element, close);
  return {
    element: notice.element,
    ask() {
      const {people, clientId} = room.state;
      notice.display(deleteQuestion(people, clientId));
      // The answer that loses nothing.
      keep.focus();
    },
    /** Keeps the names up to date while the question is there. */
    update({people, clientId, status}: RoomState) {
      if (notice.element.hidden) return;
      if (status === "closed" || status === "missing") close();
      else notice.display(deleteQuestion(people, clientId), "");
    },
  };
}
