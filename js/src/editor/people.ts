/**
 * The people in the room: a chip for each person, with initials, a name and a colour by number. The
 * chip of another person is a button that follows this person.
 */
import type {RoomState} from "../client/types";
import {h, setText} from "../ui/dom";
import {colourClass, fullName, initials, plain, shownName, spokenName, titled} from "../ui/names";
import type {Person} from "../wire/protocol.gen";
import type {FollowState} from "./follow";

/** The largest number of chips. A number with a tooltip stands for the other people. */
const CHIPS = 4;

export function peopleLabel(people: readonly Person[], clientId: string): string {
  return people.length
    ? `In this room: ${people.map(person => plain(spokenName(person, clientId))).join(", ")}`
    : "Nobody is in this room";
}

/**
 * `onPress` is called with the name of the person whose chip was pressed; `onName` if it was one's
 * own, which is a button only if the person chooses the name.
 */
export function peopleList(onPress: (name: string) => void, onName: () => void) {
  const element = h("ul", {class: "pairedit-people", role: "list"});
  let shown = "";
  let chips: Chip[] = [];

  function draw({people, clientId, mayName}: RoomState): void {
    const focused = chips.find(({press}) => press && press === document.activeElement)?.name;
    const few = people.length > CHIPS + 1 ? people.slice(0, CHIPS) : people;
    const rest = people.slice(few.length).map(person => titled(spokenName(person, clientId)));
    chips = few.map(person => {
      const own = person.clients.includes(clientId);
      return chip(person, own, own ? mayName && onName : () => onPress(person.name));
    });
    element.setAttribute("aria-label", peopleLabel(people, clientId));
    element.hidden = people.length === 0;
    element.replaceChildren(...chips.map(each => each.element));
    if (rest.length) element.append(h("li", {title: rest.join(", "), text: `+${rest.length}`}));
    if (focused) chips.find(({name}) => name === focused)?.press?.focus();
  }

  return {
    element,
    update(state: RoomState, follow: FollowState) {
      const {people, clientId, typing, mayName} = state;
      const key = JSON.stringify([people, clientId, mayName]);
      if (key !== shown) draw(state);
      shown = key;
      for (const each of chips) {
        each.update(
          each.clients.some(id => typing.includes(id)),
          follow.name === each.name ? (follow.paused ? "paused" : "following") : "",
        );
      }
    },
  };
}

interface Chip {
  readonly element: HTMLElement;
  readonly name: string;
  readonly clients: readonly string[];
  /** The button, if the chip is one. */
  readonly press: HTMLButtonElement | null;
  update(types: boolean, followed: "" | "following" | "paused"): void;
}

function chip(person: Person, own: boolean, onPress: (() => void) | false): Chip {
  const name = shownName(person);
  const letters = h("span", {"aria-hidden": "true", text: initials(name)});
  // Text for screen readers, dots for the screen. A live region would announce it too often.
  const typing = h("span", {class: "pairedit-typing", title: "typing"});
  typing.append(h("span", {class: "pairedit-unseen", text: "typing"}));
  const badge = h("span", {class: `pairedit-badge ${colourClass(person.color)}`}, letters, typing);
  const label = h("span", {class: "pairedit-name", text: name, dir: "auto", translate: "no"});
  const guest = h("span", {class: "pairedit-guest", text: "guest"});
  guest.hidden = !person.guest;
  const full = titled(fullName(person));
  const sign = h("span", {class: "pairedit-you", text: own ? "you" : ""});
  const press = onPress ? h("button", {type: "button"}) : null;
  if (onPress) press?.addEventListener("click", onPress);
  const box = press ?? h("span");
  box.className = "pairedit-chip";
  box.append(badge, label, guest, sign);
  const element = h("li", {class: "pairedit-person"}, box);
  return {
    element,
    name: person.name,
    clients: person.clients,
    press,
    update(types, followed) {
      typing.hidden = !types;
      if (own) {
        box.title = press ? `${full} (you). Press to change your name.` : `${full} (you)`;
        return;
      }
      sign.hidden = !followed;
      setText(sign, followed);
      box.setAttribute("aria-pressed", String(followed !== ""));
      box.title = TITLES[followed](full);
    },
  };
}

const TITLES = {
  "": (name: string) => `Follow ${name}`,
  following: (name: string) => `You follow ${name}. Press to stop.`,
  paused: (name: string) => `You followed ${name}. Press to go on, Esc to stop.`,
};
