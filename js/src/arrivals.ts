/** Which guests are new. Who was there before this client was has not joined it. */
import type {Person} from "./protocol.gen";

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
