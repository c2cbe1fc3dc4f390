/** Makes a new link: first what it lets do, then for how long and what it is called. */
import {h, setText} from "../ui/dom";
import {once} from "../ui/timing";
import type {GuestRole, InviteWish} from "../wire/invites";
import {DEFAULT_LIFE, LIVES, ROLE_WORDS, grants, warning} from "./words";

export interface LinkForm {
  readonly element: HTMLElement;
  focus(): void;
}

/** The server takes labels of so many characters. */
const LABEL_LENGTH = 80;
let forms = 0;

/** `make` says whether the link was made. */
export function linkForm(make: (wish: InviteWish) => Promise<boolean>): LinkForm {
  const id = `pairedit-share-${++forms}`;
  let role: GuestRole = "edit";
  let lifeChosen = false;
  const says = h("p", {class: "pairedit-grants"});
  const warns = h("p", {class: "pairedit-soft"});
  const life = h("select", {id: `${id}-life`});
  life.append(...LIVES.map(([seconds, text]) => h("option", {value: String(seconds), text})));
  life.addEventListener("change", () => (lifeChosen = true));
  const label = h("input", {
    id: `${id}-label`,
    maxlength: String(LABEL_LENGTH),
    autocomplete: "off",
    placeholder: "who it is for",
    dir: "auto",
  });
  const submit = h("button", {type: "submit", class: "pairedit-button pairedit-primary"});
  submit.textContent = "Make link";

  const choices = (["edit", "view"] as const).map(each => {
    const input = h("input", {type: "radio", name: `${id}-role`, value: each});
    input.checked = each === role;
    input.addEventListener("change", () => choose(each));
    const words = h("span", {text: ROLE_WORDS[each]});
    return {input, element: h("label", {class: "pairedit-choice"}, input, words)};
  });

  function choose(now: GuestRole): void {
    role = now;
    setText(says, grants(role));
    setText(warns, warning(role));
    if (!lifeChosen) life.value = String(DEFAULT_LIFE[role]);
  }

  const element = h(
    "form",
    {class: "pairedit-share-form", "aria-labelledby": `${id}-head`},
    h("h3", {id: `${id}-head`, text: "New guest link"}),
    h(
      "div",
      {class: "pairedit-choices", role: "radiogroup", "aria-label": "What guests can do"},
      ...choices.map(choice => choice.element),
    ),
    says,
    warns,
    h(
      "div",
      {class: "pairedit-fields"},
      field("For", life),
      field("Label, optional", label),
      submit,
    ),
  );
  element.addEventListener("submit", event => {
    event.preventDefault();
    const wish = {role, expiresIn: Number(life.value), label: label.value.trim()};
    void once(submit, () => make(wish)).then(made => {
      if (made) label.value = "";
    });
  });
  choose(role);
  return {element, focus: () => choices.find(({input}) => input.checked)?.input.focus()};
}

function field(text: string, control: HTMLInputElement | HTMLSelectElement): HTMLElement {
  return h("div", {class: "pairedit-field"}, h("label", {for: control.id, text}), control);
}
