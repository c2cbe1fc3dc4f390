/** The people in the room, with a badge for guests and a button that removes them. */
import type {RoomState} from "../client/types";
import {button, h} from "../ui/dom";
import {colourClass, initials, plain, shownName, spokenName} from "../ui/names";
import {once} from "../ui/timing";
import type {Person} from "../wire/protocol.gen";

/** `remove` gets one of the guest's clients. */
export function peopleHere(remove: (clientId: string) => Promise<boolean>) {
  const list = h("ul", {class: "pairedit-here", role: "list"});
  const head = h("h3", {text: "Here now", tabindex: "-1"});

  function item(person: Person, clientId: string): HTMLElement {
    const own = clientId !== "" && person.clients.includes(clientId);
    const badge = h("span", {
      class: `pairedit-badge ${colourClass(person.color)}`,
      "aria-hidden": "true",
      text: initials(shownName(person)),
    });
    const name = foreign("pairedit-here-name", shownName(person));
    const signs = h("span", {class: "pairedit-here-signs"});
    if (person.guest) signs.append(h("span", {class: "pairedit-guest", text: "guest"}));
    if (own) signs.append(h("span", {class: "pairedit-you", text: "you"}));
    const label = person.guest && person.label?.trim();
    if (label) signs.append(foreign("pairedit-soft", label));
    const client = person.clients[0];
    const away = person.guest && !own && client !== undefined ? removal(person, client) : null;
    return h("li", {}, badge, h("span", {class: "pairedit-here-words"}, name, signs), away);
  }

  function removal(person: Person, client: string): HTMLButtonElement {
    const perform = (): void => void once(press, () => remove(client));
    const press = button("Remove", perform, "pairedit-remove");
    press.setAttribute("aria-label", `Remove ${plain(spokenName(person, ""))}`);
    return press;
  }

  return {
    element: h("div", {class: "pairedit-share-people"}, head, list),
    update({people, clientId}: Pick<RoomState, "people" | "clientId">) {
      const focused = list.contains(document.activeElement);
      list.replaceChildren(...people.map(person => item(person, clientId)));
      // The focused button was removed.
      if (focused) head.focus();
    },
  };
}

/** Text of a person, which has a direction and a language of its own. */
function foreign(className: string, text: string): HTMLElement {
  return h("span", {class: className, dir: "auto", translate: "no", text});
}
