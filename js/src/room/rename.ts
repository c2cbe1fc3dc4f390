/** The field below the bar in which a room gets another title. */
import type {Room, RoomState} from "../client/types";
import {button, h, onEscape, setText} from "../ui/dom";
import {messageOf} from "../ui/notice";
import {once} from "../ui/timing";
import type {NewProperties} from "../wire/properties";

/** The longest title that the server takes, in characters. */
const TITLE_LENGTH = 120;

export interface RenameOptions {
  readonly room: Room;
  readonly focus: () => void;
  /** Rejects with an Error to display. */
  readonly change: (wanted: NewProperties) => Promise<void>;
}

export function renameForm({room, focus, change}: RenameOptions) {
  const field = h("input", {
    type: "text",
    class: "pairedit-title-field",
    maxlength: String(TITLE_LENGTH),
    placeholder: "Untitled room",
    "aria-label": "Title of this room",
  });
  const problem = h("span", {class: "pairedit-problem", role: "alert"});
  const save = h("button", {type: "submit", class: "pairedit-button", text: "Save title"});
  const actions = h("span", {class: "pairedit-actions"}, save, button("Cancel", close));
  const element = h(
    "form",
    {class: "pairedit-notice pairedit-renaming", "aria-label": "Rename this room"},
    field,
    actions,
    problem,
  );
  element.hidden = true;

  function close(): void {
    const hadFocus = element.contains(document.activeElement);
    element.hidden = true;
    if (hadFocus) focus();
  }

  async function submit(): Promise<void> {
    setText(problem, "");
    try {
      await change({title: field.value.trim()});
    } catch (error) {
      setText(problem, messageOf(error));
      return field.focus();
    }
    close();
  }

  element.addEventListener("submit", event => {
    event.preventDefault();
    void once(save, submit);
  });
  onEscape(element, close);
  return {
    element,
    open() {
      field.value = field.defaultValue = room.state.title;
      setText(problem, "");
      element.hidden = false;
      field.focus();
      field.select();
    },
    /** A title that was not edited yet follows that of the room. */
    update({title}: RoomState) {
      if (!element.hidden && field.value === field.defaultValue) field.value = title;
      field.defaultValue = title;
    },
  };
}
