/** The field below the bar in which a person gives the name that others see. */
import {button, h, onEscape} from "../ui/dom";
import {shortened} from "../ui/names";
import {NAME_LENGTH} from "../ui/ownname";
import type {CodeMenuContext} from "./context";

export class NameForm {
  readonly element: HTMLFormElement;
  private readonly field = h("input", {
    type: "text",
    class: "pairedit-title-field pairedit-name-field",
    // Of UTF-16 units, of which a character may have several.
    maxlength: String(4 * NAME_LENGTH),
    placeholder: "Your name",
    autocomplete: "nickname",
    "aria-label": "Your name, which others see",
  });

  constructor(private readonly options: Pick<CodeMenuContext, "focus" | "announce" | "ownName">) {
    const close = (): void => this.close();
    this.element = h(
      "form",
      {class: "pairedit-notice pairedit-naming", "aria-label": "Your name"},
      this.field,
      h(
        "span",
        {class: "pairedit-actions"},
        h("button", {type: "submit", class: "pairedit-button", text: "Save name"}),
        button("Cancel", close),
      ),
      h("span", {class: "pairedit-explanation", text: "Others see it. This browser keeps it."}),
    );
    this.element.hidden = true;
    this.element.addEventListener("submit", event => {
      event.preventDefault();
      this.submit();
    });
    onEscape(this.element, close);
  }

  open(): void {
    const {field} = this;
    field.value = this.options.ownName.value;
    this.element.hidden = false;
    field.focus();
    field.select();
  }

  private close(): void {
    const hadFocus = this.element.contains(document.activeElement);
    this.element.hidden = true;
    if (hadFocus) this.options.focus();
  }

  private submit(): void {
    const name = shortened(this.field.value.trim(), NAME_LENGTH);
    this.options.ownName.keep(name);
    this.close();
    this.options.announce(name ? "Your name is saved." : "Your name is removed.");
  }
}
