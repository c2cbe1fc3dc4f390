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

export class RenameForm {
  readonly element: HTMLFormElement;
  private readonly field = h("input", {
    type: "text",
    class: "pairedit-title-field",
    maxlength: String(TITLE_LENGTH),
    placeholder: "Untitled room",
    "aria-label": "Title of this room",
  });
  private readonly problem = h("span", {class: "pairedit-problem", role: "alert"});

  constructor(private readonly options: RenameOptions) {
    const close = (): void => this.close();
    const save = h("button", {type: "submit", class: "pairedit-button", text: "Save title"});
    this.element = h(
      "form",
      {class: "pairedit-notice pairedit-renaming", "aria-label": "Rename this room"},
      this.field,
      h("span", {class: "pairedit-actions"}, save, button("Cancel", close)),
      this.problem,
    );
    this.element.hidden = true;
    this.element.addEventListener("submit", event => {
      event.preventDefault();
      void once(save, () => this.submit());
    });
    onEscape(this.element, close);
  }

  open(): void {
    const {field} = this;
    field.value = field.defaultValue = this.options.room.state.title;
    setText(this.problem, "");
    this.element.hidden = false;
    field.focus();
    field.select();
  }

  /** A title that was not edited yet follows that of the room. */
  update({title}: RoomState): void {
    const {field} = this;
    const edited = field.value !== field.defaultValue;
    field.defaultValue = title;
    if (!edited) field.value = title;
  }

  private close(): void {
    const hadFocus = this.element.contains(document.activeElement);
    this.element.hidden = true;
    if (hadFocus) this.options.focus();
  }

  private async submit(): Promise<void> {
    setText(this.problem, "");
    try {
      await this.options.change({title: this.field.value.trim()});
    } catch (error) {
      setText(this.problem, messageOf(error));
      return this.field.focus();
    }
    this.close();
  }
}
