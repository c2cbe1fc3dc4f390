/** The notice that a guest has joined, with a button that removes the guest. */
import {button} from "../ui/dom";
import {fullName} from "../ui/names";
import {createNotice} from "../ui/notice";
import type {Person} from "../wire/protocol.gen";

export interface JoinedOptions {
  /** Removes the guest who has that client. Rejects with an Error to display. */
  readonly remove: (clientId: string) => Promise<unknown>;
  /** Opens the list of people. */
  readonly openPeople: () => void;
  readonly focus: () => void;
  readonly announce: (sentence: string) => void;
}

export function joinedSentence(people: readonly Person[]): string {
  return `${people.map(fullName).join(", ")} joined.`;
}

export function joinedNotice({remove, openPeople, ...rest}: JoinedOptions) {
  let shown: readonly Person[] = [];
  const notice = createNotice({...rest, name: "joined"});
  const removeShown = async (): Promise<void> => {
    await remove(shown[0]?.clients[0] ?? "");
    shown = [];
  };
  const away = notice.action("Remove", removeShown, "pairedit-remove", "Removed.");
  const all = button("Who is here", openPeople);
  notice.add(all);
  notice.action("Dismiss", () => (shown = []), "pairedit-dismiss");
  return {
    element: notice.element,
    /** `people` are in the room, and `joined` are the guests among them who have just joined. */
    update(people: readonly Person[], joined: readonly Person[]) {
      const here = new Set(people.flatMap(({clients}) => clients));
      const staying = shown.filter(({clients}) => clients.some(id => here.has(id)));
      if (!joined.length && staying.length === shown.length) return;
      shown = [...staying, ...joined];
      const spoken = joined.length ? joinedSentence(joined) : "";
      notice.display(shown.length ? joinedSentence(shown) : "", spoken);
      // One button removes one guest.
      away.hidden = shown.length > 1;
      all.hidden = !away.hidden;
    },
  };
}

/** Finds out which guests are new. Those who were here before this client have not joined. */
export class Arrivals {
  private readonly known = new Set<string>();
  private began = false;

  /** Returns the guests none of whose clients was seen before. */
  take(people: readonly Person[]): Person[] {
    const joined = people.filter(
      ({guest, clients}) => guest && this.began && !clients.some(id => this.known.has(id)),
    );
    for (const {clients} of people) for (const id of clients) this.known.add(id);
    this.began ||= people.length > 0;
    return joined;
  }
}

export type JoinedNotice = ReturnType<typeof joinedNotice>;
