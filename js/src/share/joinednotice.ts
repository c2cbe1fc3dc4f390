/** The notice that a guest has joined, with the way to send them away again. */
import {button, h, leave, setText} from "../ui/dom";
import {fullName} from "../ui/names";
import {once} from "../ui/timing";
import type {Person} from "../wire/protocol.gen";

export interface JoinedOptions {
  /** Rejects with an Error whose message is for people. */
  readonly remove: (clientId: string) => Promise<unknown>;
  readonly seeAll: () => void;
  /** Gives the focus to the code. */
  readonly focus: () => void;
  readonly announce: (sentence: string) => void;
}

export interface JoinedBar {
  readonly element: HTMLElement;
  /** Who is here now, and which guests of them have just come. */
  update(people: readonly Person[], fresh: readonly Person[]): void;
}

export function joinedSentence(people: readonly Person[]): string {
  return `${people.map(fullName).join(", ")} joined.`;
}

export function joinedBar({remove, seeAll, focus, announce}: JoinedOptions): JoinedBar {
  let shown: readonly Person[] = [];
  const sentence = h("span", {class: "pairedit-sentence", dir: "auto"});
  const away = button("Remove", () => void once(away, sendAway), "pairedit-remove");
  const all = button("Who is here", seeAll);
  const dismiss = button("Dismiss", () => show([]), "pairedit-dismiss");
  const actions = h("span", {class: "pairedit-actions"}, away, all, dismiss);
  const element = h("div", {class: "pairedit-notice pairedit-joined"}, sentence, actions);
  element.hidden = true;

  function show(people: readonly Person[]): void {
    shown = people;
    if (!people.length) return leave(element, focus);
    element.hidden = false;
    setText(sentence, joinedSentence(people));
    away.hidden = people.length > 1;
    all.hidden = !away.hidden;
  }

  async function sendAway(): Promise<boolean> {
    const client = shown[0]?.clients[0];
    if (client === undefined) return false;
    try {
      await remove(client);
    } catch (error) {
      setText(sentence, error instanceof Error ? error.message : "They could not be removed.");
      announce(sentence.textContent ?? "");
      return false;
    }
    announce("Removed.");
    show([]);
    return true;
  }

  return {
    element,
    update(people, fresh) {
      const here = new Set(people.flatMap(({clients}) => clients));
      const stay = shown.filter(({clients}) => clients.some(id => here.has(id)));
      if (!fresh.length && stay.length === shown.length) return;
      show([...stay, ...fresh]);
      if (fresh.length) announce(joinedSentence(fresh));
    },
  };
}

/** Which guests are new. Who was there before this client was has not joined it. */
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
