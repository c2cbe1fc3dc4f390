/** The notice that a guest has joined, with the way to send them away again. */
import {button, h, setText} from "./dom";
import {fullName} from "./people";
import type {Person} from "./protocol.gen";
import type {Room, RoomState} from "./room";

export interface JoinedOptions {
  readonly room: Room;
  /** Rejects with an Error whose message is for people. */
  readonly remove: (clientId: string) => Promise<unknown>;
  readonly seeAll: () => void;
  readonly announce: (sentence: string) => void;
}

export interface JoinedBar {
  readonly element: HTMLElement;
  update(state: RoomState): void;
}

/** Tells which guests are new. Who was there before this client was has not joined it. */
export class Arrivals {
  private readonly known = new Set<string>();
  private began = false;

  /** The guests of whom no client was seen before. */
  take(people: readonly Person[]): Person[] {
    const fresh = people.filter(
      ({guest, clients}) => guest && this.began && !clients.some(id => this.known.has(id)),
    );
    for (const {clients} of people) for (const id of clients) this.known.add(id);
    this.began ||= people.length > 0;
    return fresh;
  }
}

export function joinedSentence(people: readonly Person[]): string {
  return `${people.map(fullName).join(", ")} joined.`;
}

export function joinedBar({room, remove, seeAll, announce}: JoinedOptions): JoinedBar {
  const arrivals = new Arrivals();
  let shown: readonly Person[] = [];
  let seen: readonly Person[] = [];
  const sentence = h("span", {class: "pairedit-sentence", dir: "auto"});
  const away = button("Remove", () => void sendAway(), "pairedit-remove");
  const all = button("Who is here", seeAll);
  const dismiss = button("Dismiss", () => show([]), "pairedit-dismiss");
  const actions = h("span", {class: "pairedit-actions"}, away, all, dismiss);
  const element = h("div", {class: "pairedit-notice pairedit-joined"}, sentence, actions);
  element.hidden = true;

  function show(people: readonly Person[]): void {
    shown = people;
    element.hidden = people.length === 0;
    if (!people.length) return;
    setText(sentence, joinedSentence(people));
    away.hidden = people.length > 1;
    all.hidden = !away.hidden;
    away.disabled = false;
  }

  async function sendAway(): Promise<void> {
    const client = shown[0]?.clients[0];
    if (client === undefined) return;
    away.disabled = true;
    try {
      await remove(client);
    } catch (error) {
      away.disabled = false;
      setText(sentence, error instanceof Error ? error.message : "They could not be removed.");
      announce(sentence.textContent ?? "");
      return;
    }
    announce("Removed.");
    show([]);
  }

  function update({people}: RoomState): void {
    if (people === seen) return;
    seen = people;
    const fresh = arrivals.take(people);
    const here = new Set(people.flatMap(({clients}) => clients));
    const stay = shown.filter(({clients}) => clients.some(id => here.has(id)));
    if (!fresh.length && stay.length === shown.length) return;
    show([...stay, ...fresh]);
    if (fresh.length) announce(joinedSentence(fresh));
  }

  update(room.state);
  return {element, update};
}
