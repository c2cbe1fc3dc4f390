/**
 * The notice for a guest that somebody has replaced text of the whole file, with the way back. A
 * guest may not ask for the history, but this page has had the text from before, and whoever may
 * type may put it there again.
 */
import type {ChangeSet, Text} from "@codemirror/state";
import type {Room, RoomState} from "../client/types";
import {button, h, leave, setText} from "../ui/dom";

const SENTENCE = "Somebody has replaced the text.";

export interface Loss {
  /** The text before it; of several writes in a row, before the first. */
  readonly before: Text;
  readonly after: Text;
}

/** A further write, seen while a notice of others stands. What was typed in between is kept. */
export function furtherLoss(shown: Loss | null, before: Text, after: Text): Loss {
  return {before: shown?.after === before ? shown.before : before, after};
}

export interface OverwrittenBar {
  readonly element: HTMLElement;
  destroy(): void;
}

/** `smallestChange` is the editor's; `focus` gives the focus to the code. */
export function overwrittenBar(
  room: Room,
  smallestChange: (before: Text, after: Text) => ChangeSet,
  focus: () => void,
): OverwrittenBar {
  let [before, now] = [room.doc, room.doc];
  let seen = room.state.replaced;
  let loss: Loss | null = null;
  const sentence = h("span", {class: "pairedit-sentence", role: "status"});
  const back = button("Bring it back", bringBack, "pairedit-bring-back");
  const dismiss = button("Dismiss", hide, "pairedit-dismiss");
  const actions = h("span", {class: "pairedit-actions"}, back, dismiss);
  const element = h("div", {class: "pairedit-notice pairedit-replaced"}, sentence, actions);
  element.hidden = true;

  function follow({replaced, editable, role}: RoomState): void {
    back.disabled = !editable;
    if (replaced === seen) return;
    seen = replaced;
    if (role === "view") return; // Nothing there is theirs.
    loss = furtherLoss(loss, before, now);
    element.hidden = false;
    setText(sentence, SENTENCE);
  }

  function bringBack(): void {
    if (loss) room.edit(smallestChange(room.doc, loss.before), null);
    hide();
  }

  function hide(): void {
    leave(element, focus);
    setText(sentence, "");
    loss = null;
  }

  const ends = [room.onCode(doc => ([before, now] = [now, doc])), room.subscribe(follow)];
  follow(room.state);
  return {
    element,
    destroy() {
      for (const end of ends) end();
    },
  };
}
