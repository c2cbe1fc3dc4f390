/** How people are named and coloured wherever they are displayed. */
import type {Person} from "../wire/protocol.gen";

/** The first characters of the first and the last word, in capitals. */
export function initials(name: string): string {
  const words = name.match(/[\p{L}\p{N}][^\s]*/gu) ?? [];
  const ends = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return ends.map(word => [...(word ?? "")][0] ?? "").join("").toUpperCase() || "?";
}

/** The class of one of seven colours. `color` comes from the server and is never used as CSS. */
export function colourClass(color: number): string {
  return `pairedit-colour${1 + (((Math.trunc(color) || 1) - 1 + 700) % 7)}`;
}

/** The name to display. */
export function shownName({name}: Pick<Person, "name">): string {
  return name.trim() || "Somebody";
}

/** "Ann (guest, "class B")": the name with the label of the person's link, as the server gives it. */
export function fullName(person: Person): string {
  const label = person.label?.trim();
  return person.guest ? `${shownName(person)} (guest${label ? `, “${label}”` : ""})` : shownName(person);
}

/** The full name, followed by "(you)" if `clientId` is one of the person's clients. */
export function spokenName(person: Person, clientId: string): string {
  const name = fullName(person);
  return clientId && person.clients.includes(clientId) ? `${name} (you)` : name;
}
