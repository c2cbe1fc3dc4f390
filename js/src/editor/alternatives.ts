/** The suggestions that were displayed at one position, from which a person chooses. */
import type {Ghost} from "./ghost";

/** The most suggestions for one position. The server accepts `variant` up to 9. */
const MOST = 5;

export class Alternatives {
  private at = -1;
  private texts: string[] = [];
  private index = 0;

  /** Takes note of the suggestion that is displayed now; null for none. */
  displayed(ghost: Ghost | null): void {
    if (ghost && ghost.at === this.at && ghost.text === this.texts[this.index]) return;
    [this.at, this.texts, this.index] = [ghost?.at ?? -1, ghost ? [ghost.text] : [], 0];
  }

  /** How many are known. */
  get count(): number {
    return this.texts.length;
  }

  /** Whether no other one is to be requested. */
  get areAll(): boolean {
    return this.count >= MOST;
  }

  /** "2 of 3", for people. */
  get position(): string {
    return `${this.index + 1} of ${this.count}`;
  }

  /** Whether the last one is displayed, so that the next one has to be requested. */
  get atEnd(): boolean {
    return this.index === this.count - 1;
  }

  /** Adds a suggestion, as the last one. Returns false if it is known, or blank. */
  add(text: string): boolean {
    if (!text.trim() || this.texts.includes(text)) return false;
    this.texts.push(text);
    return true;
  }

  /** Moves to the next (1) or the previous (-1) one, around the ends, and returns it. */
  move(by: 1 | -1): Ghost {
    this.index = (this.index + by + this.count) % this.count;
    return {at: this.at, text: this.texts[this.index] ?? ""};
  }
}
