/** Offers one's own edits for copying, as a patch or in the text, that could not be merged. */
import type {Room, RoomState} from "../client/types";
import {copyButton} from "../ui/copybutton";
import {button, h, leave} from "../ui/dom";

export interface OrphanBar {
  readonly element: HTMLElement;
  update(state: RoomState): void;
  destroy(): void;
}

const SENTENCE = "Your last edits are not in the room; copy them first.";

/** `focus` gives the focus to the code. */
export function orphanBar(
  room: Room,
  focus: () => void,
  announce: (sentence: string) => void,
): OrphanBar {
  const patch = copyButton("Copy patch", "Patch copied.", () => room.state.patch, announce);
  const copy = copyButton("Copy text", "Text copied.", () => room.state.orphan ?? "", announce);
  const drop = button("Dismiss", () => {
    leave(element, focus);
    room.dropOrphan();
  });
  const sentence = h("span", {class: "pairedit-sentence", text: SENTENCE});
  const actions = h("span", {class: "pairedit-actions"}, patch.element, copy.element, drop);
  const element = h("div", {class: "pairedit-notice pairedit-orphan"}, sentence, actions);
  element.dataset.tone = "warn";
  element.hidden = true;
  return {
    element,
    update({orphan, patch: edits}) {
      if (orphan !== null && element.hidden) announce(SENTENCE);
      element.hidden = orphan === null;
      patch.element.hidden = !edits;
    },
    destroy() {
      patch.destroy();
      copy.destroy();
    },
  };
}
