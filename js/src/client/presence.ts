/**
 * The people in the room, their carets, and who is typing.
 *
 * A person who leaves is shown for one more second, and so is everybody when this client's own
 * connection breaks, so that short interruptions do not flicker.
 */
import type {Timers} from "../ui/timing";
import type {Person, Presence as News} from "../wire/protocol.gen";
import {Carets} from "./carets";
import type {Replica} from "./replica";
import type {RemoteCaret} from "./types";

const graceMs = 1000;
const typingMs = 1500;

/** Who is in the room after a message: in full, or what has changed in it. */
function after(before: readonly Person[], {people, changed, left}: News): readonly Person[] {
  if (people) return people;
  if (!changed && !left) return before;
  const known = new Map(before.map(person => [person.name, person]));
  for (const name of left ?? []) known.delete(name);
  for (const person of changed ?? []) known.set(person.name, person);
  return [...known.values()];
}

export class Presence {
  people: readonly Person[] = [];
  /** Ids of the other clients that have typed in the last 1.5 seconds. */
  typing: readonly string[] = [];
  /** Whether `people` is current, and not from before the connection was lost. */
  current = false;
  private readonly positions = new Carets();
  /** The people who are here, without those who have left less than a second ago. */
  private present: readonly Person[] = [];
  private grace: number | null = null;
  private readonly pauses = new Map<string, number>();

  constructor(
    private readonly replica: Replica,
    private readonly timers: Timers,
    /** Called when something has changed by a timer. */
    private readonly changed: () => void,
  ) {
    replica.onRevision((changes, author) => {
      const other = author === replica.clientId ? "" : author;
      this.positions.advance(changes, other);
      // Revisions received after a reconnect were typed earlier.
      if (other && this.current) this.types(other);
    });
  }

  get carets(): readonly RemoteCaret[] {
    const {clientId: me} = this.replica;
    const unsent = this.replica.sendable();
    return this.people.flatMap(({name, color, clients}) => {
      const own = clients.includes(me);
      return clients.flatMap(clientId => {
        const caret = clientId === me ? null : this.positions.over(clientId, unsent);
        return caret ? [{...caret, clientId, name, color, own}] : [];
      });
    });
  }

  received(news: News): void {
    const {version, carets} = news;
    this.current = true;
    // The server sends carets only at the client's own version.
    for (const [clientId, anchor, head] of version === this.replica.version ? (carets ?? []) : []) {
      this.positions.place(clientId, {anchor, head}, this.replica.stored.length);
    }
    const people = after(this.present, news);
    if (people === this.present) return this.dropCarets();
    this.present = people;
    const back = new Set(people.map(({name}) => name));
    // Who has another name now did not leave.
    const known = new Set(people.flatMap(({clients}) => clients));
    const left = this.people.filter(
      ({name, clients}) => !back.has(name) && !clients.some(id => known.has(id)),
    );
    this.people = [...people, ...left];
    this.wait();
  }

  /** The connection is lost. The people are shown for one more second. */
  lost(): void {
    this.current = false;
    this.present = [];
    this.wait();
  }

  /** The client does not connect again by itself. */
  ended(): void {
    this.lost();
    this.forget();
    for (const pause of this.pauses.values()) this.timers.clearTimeout(pause);
    this.pauses.clear();
    this.typing = [];
  }

  private wait(): void {
    this.stop();
    if (!this.people.length) return;
    this.grace = this.timers.setTimeout(() => {
      this.forget();
      this.changed();
    }, graceMs);
  }

  /** Removes the people who have left. */
  private forget(): void {
    this.stop();
    // Keep the same object if nobody has left: hosts draw again what differs.
    if (this.people.length !== this.present.length) this.people = this.present;
    this.dropCarets();
  }

  /** Deletes the carets of clients that have left. */
  private dropCarets(): void {
    if (this.grace !== null) return;
    this.positions.keep(new Set(this.people.flatMap(({clients}) => clients)));
  }

  private stop(): void {
    if (this.grace !== null) this.timers.clearTimeout(this.grace);
    this.grace = null;
  }

  private types(clientId: string): void {
    const {timers, pauses} = this;
    const before = pauses.get(clientId);
    if (before === undefined) this.typing = [...this.typing, clientId];
    else timers.clearTimeout(before);
    const rest = (): void => {
      pauses.delete(clientId);
      this.typing = this.typing.filter(each => each !== clientId);
      this.changed();
    };
    pauses.set(clientId, timers.setTimeout(rest, typingMs));
  }
}
