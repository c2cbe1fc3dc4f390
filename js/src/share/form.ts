/** The form that creates a guest link. */
import {h, menu, setText} from "../ui/dom";
import {once} from "../ui/timing";
import type {GuestRole, InviteRequest} from "../wire/invites";
import {Lengths} from "../wire/protocol.gen";
import {DEFAULT_LIFETIME, LIFETIMES, ROLE_LABELS, permission, warning} from "./labels";

let forms = 0;

/** `create` returns whether the link was created. */
export function linkForm(create: (request: InviteRequest) => Promise<boolean>) {
  const id = `pairedit-share-${++forms}`;
  let role: GuestRole = "edit";
  let lifetimeChosen = false;
  const permitted = h("p", {class: "pairedit-grants"});
  const careful = h("p", {class: "pairedit-soft"});
  const lifetimes = LIFETIMES.map(([seconds, text]) => [String(seconds), text] as const);
  const lifetime = menu(lifetimes, {id: `${id}-life`});
  lifetime.addEventListener("change", () => (lifetimeChosen = true));
  const label = h("input", {
    id: `${id}-label`,
    maxlength: String(Lengths.LABEL),
    autocomplete: "off",
    placeholder: "who it is for",
    dir: "auto",
  });
  const submit = h("button", {
    type: "submit",
    class: "pairedit-button pairedit-primary",
    text: "Create link",
  });

  const radios = (["edit", "view"] as const).map(each => {
    const input = h("input", {type: "radio", name: `${id}-role`, value: each});
    input.checked = each === role;
    input.addEventListener("change", () => choose(each));
    return input;
  });
  const choices = radios.map(input =>
    h("label", {class: "pairedit-choice"}, input, ROLE_LABELS[input.value as GuestRole]),
  );

  function choose(chosen: GuestRole): void {
    role = chosen;
    setText(permitted, permission(role));
    setText(careful, warning(role));
    if (!lifetimeChosen) lifetime.value = String(DEFAULT_LIFETIME[role]);
  }

  const element = h(
    "form",
    {class: "pairedit-share-form", "aria-labelledby": `${id}-head`},
    h("h3", {id: `${id}-head`, text: "New guest link"}),
    h(
      "div",
      {class: "pairedit-choices", role: "radiogroup", "aria-label": "What guests can do"},
      ...choices,
    ),
    permitted,
    careful,
    h(
      "div",
      {class: "pairedit-fields"},
      field("Expires after", lifetime),
      field("Label, optional", label),
      submit,
    ),
  );
  element.addEventListener("submit", event => {
    event.preventDefault();
    const request = {role, expiresIn: Number(lifetime.value), label: label.value.trim()};
    void once(submit, () => create(request)).then(created => {
      if (created) label.value = "";
    });
  });
  choose(role);
  return {element, focus: () => radios.find(({checked}) => checked)?.focus()};
}

function field(text: string, control: HTMLInputElement | HTMLSelectElement): HTMLElement {
  return h("div", {class: "pairedit-field"}, h("label", {for: control.id, text}), control);
}
