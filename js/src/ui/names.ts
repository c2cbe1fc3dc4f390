/** How a person is named and coloured, in every part that shows people. */
import type {Person} from "../wire/protocol.gen";

/** First letters of the first and the last word, whole characters. */
export function initials(name: string): string {
  const words = name.match(/[\p{L}\p{N}][^\s]*/gu) ?? [];
  const ends = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return ends.map(word => [...(word ?? "")][0] ?? "").join("").toUpperCase() || "?";
}

/** A number from the server picks one of seven colours; it never is the colour. */
export function colourClass(color: number): string {
  return `pairedit-colour${1 + (((Math.trunc(color) || 1) - 1 + 700) % 7)}`;
}

/** The name to show; the server leaves none empty. */
export function shownName({name}: Pick<Person, "name">): string {
  return name.trim() || "Somebody";
}

/** "Ann (guest, "class B")": where somebody comes from, as the server says it, never they. */
export function fullName(person: Person): string {
  const label = person.label?.trim();
  return person.guest ? `${shownName(person)} (guest${label ? `, “${label}”` : ""})` : shownName(person);
}

/** "Ann (you)" for oneself, the name for others. */
export function spokenName(person: Person, clientId: string): string {
  const name = fullName(person);
  return clientId && person.clients.includes(clientId) ? `${name} (you)` : name;
}
