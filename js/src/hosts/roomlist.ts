/** Which rooms the home page lists, and in which order. */
import {languageName} from "../editor/languagenames";
import {isolated} from "../ui/names";
import {relativeTime} from "../ui/time";
import type {ListedRoom} from "../wire/api";

export type RoomOrder = "changed" | "title" | "people";

/** The name of a room that is displayed. */
export function roomName({title}: Pick<ListedRoom, "title">): string {
  return title || "Untitled room";
}

/** What is displayed below the title: the name by which notebooks open the room, if it is another one. */
export function roomFacts(room: ListedRoom, now: number): string[] {
  const {name, title, language, changedAt} = room;
  const facts = [languageName(language), `changed ${relativeTime(changedAt, now)}`];
  return name && name !== title ? [...facts, `opened as ${isolated(name)}`] : facts;
}

/** The rooms that have each word of `query` in their title, name, language, id or people, in order. */
export function arrangedRooms(
  rooms: readonly ListedRoom[],
  query: string,
  order: RoomOrder,
): ListedRoom[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = rooms.filter(room => {
    const {roomId, name, language, people} = room;
    const text = [roomName(room), name ?? "", languageName(language), roomId, ...people].join("\n");
    return words.every(word => text.toLowerCase().includes(word));
  });
  return found.sort((a, b) => ORDERS[order](a, b) || b.changedAt - a.changedAt);
}

const titles = new Intl.Collator(undefined, {numeric: true, sensitivity: "base"});

const ORDERS: Readonly<Record<RoomOrder, (a: ListedRoom, b: ListedRoom) => number>> = {
  changed: () => 0,
  // Rooms without a title are last.
  title: (a, b) => Number(!a.title) - Number(!b.title) || titles.compare(a.title, b.title),
  people: (a, b) => b.people.length - a.people.length,
};

/** The sentence in place of a list without rooms; empty if it has some. */
export function emptySentence(all: number, found: number, query: string): string {
  if (found) return "";
  return all
    ? `No room has “${query.trim()}” in its title, language, id or people.`
    : "Rooms appear here once you have created one above.";
}

/** "3 rooms", or "1 of 3 rooms" */
export function countSentence(all: number, found: number): string {
  const rooms = all === 1 ? "1 room" : `${all} rooms`;
  if (!all) return "";
  return found === all ? rooms : `${found} of ${rooms}`;
}
