/** The sentences of the room menu. */
import {LANGUAGES, languageName} from "../editor/languagenames";
import {fullName, isolated} from "../ui/names";
import type {Properties} from "../wire/api";
import {roomIn} from "../wire/properties";
import type {NewProperties} from "../wire/properties";
import type {Person, SeatWanted, Settings} from "../wire/protocol.gen";

/** Numbers of people to choose from. */
const LIMITS = [1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50, 100, 200, 300];

/**
 * Switches of the menu. A setting on which nothing depends has no switch: a switch without an
 * effect would promise what the room does not do.
 */
export const SWITCHES: readonly [keyof Settings, string][] = [
  ["suggestions", "Suggestions in this room"],
  ["guestsMayAsk", "Guests may ask to run the code"],
  ["guestsSeeOutput", "Guests see all output, also by links to read"],
  ["guestsSeeHtml", "Guests see output as HTML"],
];

/** Pairs of value and label for a menu; the present limit is among them. */
export function limitChoices(limit: number): [string, string][] {
  const all = [...new Set([...LIMITS, limit])].sort((a, b) => a - b);
  return all.map(count => [String(count), peopleCount(count)]);
}

export function languageChoices(): [string, string][] {
  return Object.entries(LANGUAGES);
}

export function peopleCount(count: number): string {
  return count === 1 ? "1 person" : `${count} people`;
}

/** "Ann", "Ann and Bob", "Ann, Bob and Cem". */
function listed(names: readonly string[]): string {
  return [names.slice(0, -1).join(", "), names.at(-1)].filter(Boolean).join(" and ");
}

/** Asks whether to delete the room that the others are in. */
export function deleteQuestion(people: readonly Person[], clientId: string): string {
  const others = people.filter(({clients}) => !clients.includes(clientId)).map(fullName);
  const here =
    others.length === 0
      ? "Nobody else is in it."
      : `${listed(others)} ${others.length === 1 ? "is" : "are"} in it now.`;
  return `Delete this room for everybody, with its code, history and guest links? ${here}`;
}

export function wantsSeat({name, guest}: SeatWanted, limit: number): string {
  const who = `${isolated(name)}${guest ? " (guest)" : ""}`;
  return `${who} wants to join, but the room takes ${peopleCount(limit)} at a time.`;
}

/** What a person has changed, for screen readers. */
export function changedSentence(wanted: NewProperties): string {
  const {title, language, limit, settings} = wanted;
  if (title !== undefined) return title ? `The room is now called “${title}”.` : "No title now.";
  if (language !== undefined) return `The language is now ${languageName(language)}.`;
  if (limit !== undefined) return `The room now takes ${peopleCount(limit)} at a time.`;
  for (const [name, label] of SWITCHES) {
    const on = settings?.[name];
    if (on !== undefined) return `${label}: ${on ? "on" : "off"}.`;
  }
  return "Changed.";
}

/** Says why a change failed; after a change by somebody else, what the room is now. */
export function failedSentence(error: unknown, wanted: NewProperties): string {
  const room = roomIn(error);
  if (room) return `Somebody else has changed this at the same time: ${state(room, wanted)}.`;
  return error instanceof Error ? error.message : "That failed. Try again.";
}

function state(room: Properties, {title, language, limit}: NewProperties): string {
  if (title !== undefined) {
    return room.title ? `the room is called “${isolated(room.title)}” now` : "it has no title now";
  }
  if (language !== undefined) return `the language is ${languageName(room.language)} now`;
  if (limit !== undefined) return `the room takes ${peopleCount(room.limit)} now`;
  return "look at the menu again";
}
