/** The field in which a listed room gets another title. */
import {h, onEscape, setText} from "../ui/dom";
import {messageOf} from "../ui/notice";
import {once} from "../ui/timing";

/** The longest title that the server takes, in characters. */
const TITLE_LENGTH = "120";

export interface RenameOptions {
  readonly title: string;
  /** Sends the new title. Rejects with an Error to display. */
  readonly save: (title: string) => Promise<void>;
  /** Called when the person does not want another title. */
  readonly cancel: () => void;
}

/** Makes the form, with the title selected once it is in the page and `focus` is called. */
export function renameForm({title, save, cancel}: RenameOptions) {
  const label = {"aria-label": "Title", maxlength: TITLE_LENGTH, placeholder: "Untitled room"};
  const field = h("input", {...label, autocomplete: "off", dir: "auto"});
  const problem = h("p", {class: "problem", role: "alert"});
  const submit = h("button", {type: "submit", class: "button small", text: "Save"});
  const back = h("button", {type: "button", class: "button small", text: "Cancel"});
  const element = h("form", {class: "room-rename"}, field, submit, back, problem);
  field.value = title;

  async function send(): Promise<void> {
    setText(problem, "");
    try {
      await save(field.value.trim());
    } catch (error) {
      setText(problem, messageOf(error));
      field.focus();
    }
  }

  element.addEventListener("submit", event => {
    event.preventDefault();
    void once(submit, send);
  });
  back.addEventListener("click", cancel);
  onEscape(element, cancel);
  return {
    element,
    focus() {
      field.focus();
      field.select();
    },
  };
}
