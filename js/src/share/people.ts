/** Who is here, with a badge for guests and the way to send them away. */
import type {RoomState} from "../client/types";
import {button, h} from "../ui/dom";
import {colourClass, initials, shownName, spokenName} from "../ui/names";
import {once} from "../ui/timing";
import type {Person} from "../wire/protocol.gen";

export interface PeopleHere {
  readonly element: HTMLElement;
  show(state: Pick<RoomState, "people" | "clientId">): void;
}

/** `remove` gets a client of the guest. */
export function peopleHere(remove: (clientId: string) => Promise<boolean>): PeopleHere {
  const list = h("ul", {class: "pairedit-here", role: "list"});
  const head = h("h3", {text: "Here now", tabindex: "-1"});

  function item(person: Person, clientId: string): HTMLElement {
    const own = clientId !== "" && person.clients.includes(clientId);
    const badge = h("span", {
      class: `pairedit-badge ${colourClass(person.color)}`,
      "aria-hidden": "true",
      text: initials(shownName(person)),
    });
    const name = h("span", {class: "pairedit-here-name", dir: "auto", text: shownName(person)});
    const signs = h("span", {class: "pairedit-here-signs"});
    if (person.guest) signs.append(h("span", {class: "pairedit-guest", text: "guest"}));
    if (own) signs.append(h("span", {class: "pairedit-you", text: "you"}));
    const label = person.guest && person.label?.trim();
    if (label) signs.append(h("span", {class: "pairedit-soft", dir: "auto", text: label}));
    const client = person.clients[0];
    const press = person.guest && !own && client !== undefined ? away(person, client) : null;
    return h("li", {}, badge, h("span", {class: "pairedit-here-words"}, name, signs), press);
  }

  function away(person: Person, client: string): HTMLButtonElement {
    const sendAway = (): void => void once(press, () => remove(client));
    const press = button("Remove", sendAway, "pairedit-remove");
    press.setAttribute("aria-label", `Remove ${spokenName(person, "")}`);
    return press;
  }

  return {
    element: h("div", {class: "pairedit-share-people"}, head, list),
    show({people, clientId}) {
      const within = list.contains(document.activeElement);
      list.replaceChildren(...people.map(person => item(person, clientId)));
      // The button that had the focus is gone with its line.
      if (within) head.focus();
    },
  };
}
