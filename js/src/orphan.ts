/** Offers one's own text for copying when it could not be merged into the room. */
import {button, h} from "./dom";
import type {Room, RoomState} from "./room";
import {copyButton} from "./copybutton";

export interface OrphanBar {
  readonly element: HTMLElement;
  update(state: RoomState): void;
  destroy(): void;
}

const SENTENCE = "Your last edits could not be merged. They are not in the room; copy them first.";

export function orphanBar(room: Room, announce: (sentence: string) => void): OrphanBar {
  const copy = copyButton("Copy text", "Text copied.", () => room.state.orphan ?? "", announce);
  const drop = button("Dismiss", () => room.dropOrphan());
  const sentence = h("span", {class: "pairedit-sentence", text: SENTENCE});
  const actions = h("span", {class: "pairedit-actions"}, copy.element, drop);
  const element = h("div", {class: "pairedit-notice pairedit-orphan"}, sentence, actions);
  element.dataset.tone = "warn";
  element.hidden = true;
  return {
    element,
    update({orphan}) {
      if (orphan !== null && element.hidden) announce(SENTENCE);
      element.hidden = orphan === null;
    },
    destroy: copy.destroy,
  };
}
