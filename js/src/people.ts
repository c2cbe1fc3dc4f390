/** Who is in the room: a chip for each person, with initials, a name and a colour by number. */
import {h} from "./dom";
import type {Person} from "./protocol.gen";
import type {RoomState} from "./room";

/** More chips would push the tools away; the rest is a number with the names behind it. */
const CHIPS = 4;

/** Who is known to be here now: nobody, while this client is not connected itself. */
export function here({people, status}: Pick<RoomState, "people" | "status">): readonly Person[] {
  return status === "live" || status === "saving" || status === "read-only" ? people : [];
}

/** First letters of the first and the last word, whole characters. */
export function initials(name: string): string {
  const words = name.match(/[\p{L}\p{N}][^\s]*/gu) ?? [];
  const ends = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return ends.map(word => [...(word ?? "")][0] ?? "").join("").toUpperCase() || "?";
}

/** "Ann (you)" for oneself, the name for others. */
export function spokenName(person: Person, clientId: string): string {
  const name = person.name.trim() || "Somebody";
  return clientId && person.clients.includes(clientId) ? `${name} (you)` : name;
}

export function peopleLabel(people: readonly Person[], clientId: string): string {
  return people.length
    ? `In this room: ${people.map(person => spokenName(person, clientId)).join(", ")}`
    : "Nobody is in this room";
}

export interface PeopleList {
  readonly element: HTMLElement;
  update(state: RoomState): void;
}

export function peopleList(): PeopleList {
  const element = h("ul", {class: "pairedit-people", role: "list"});
  let shown = "";
  return {
    element,
    update(state) {
      const people = here(state);
      const {clientId} = state;
      const key = JSON.stringify([people, clientId]);
      if (key === shown) return;
      shown = key;
      element.setAttribute("aria-label", peopleLabel(people, clientId));
      element.hidden = people.length === 0;
      const few = people.length > CHIPS + 1 ? people.slice(0, CHIPS) : people;
      const rest = people.slice(few.length).map(person => spokenName(person, clientId));
      element.replaceChildren(...few.map(person => chip(person, clientId)));
      if (rest.length) element.append(h("li", {title: rest.join(", "), text: `+${rest.length}`}));
    },
  };
}

function chip(person: Person, clientId: string): HTMLElement {
  const name = person.name.trim() || "Somebody";
  const own = spokenName(person, clientId) !== name;
  // A number from the server picks one of seven colours; it never is the colour.
  const colour = 1 + (((Math.trunc(person.color) || 1) - 1 + 700) % 7);
  const badge = h("span", {
    class: `pairedit-badge pairedit-colour${colour}`,
    "aria-hidden": "true",
    text: initials(name),
  });
  const label = h("span", {class: "pairedit-name", text: name, dir: "auto"});
  const you = own ? h("span", {class: "pairedit-you", text: "you"}) : null;
  const title = spokenName(person, clientId);
  return h("li", {class: "pairedit-person", title}, badge, label, you);
}
