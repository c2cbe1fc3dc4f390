/** What a menu offers, and which item a key goes to. */

export interface MenuAction {
  readonly kind: "action";
  readonly label: string;
  /** A character that performs the action while the menu is open, displayed beside the label. */
  readonly key?: string;
  /** Why the action cannot be performed now, displayed beside the label. */
  readonly disabled?: string;
  /** Performs the action. The menu is closed by then, and its button has the focus. */
  readonly run: () => void;
}

export interface MenuCheck {
  readonly kind: "check";
  readonly label: string;
  readonly checked: boolean;
  readonly disabled?: string;
  readonly toggle: () => void;
}

/** One of several values. The choices are listed below the item when it is opened. */
export interface MenuChoice {
  readonly kind: "choice";
  readonly label: string;
  readonly value: string;
  /** Pairs of value and label. */
  readonly choices: readonly (readonly [string, string])[];
  readonly disabled?: string;
  readonly choose: (value: string) => void;
}

export interface MenuLine {
  readonly kind: "line";
}

/** The labels of one menu differ: they identify the items when the menu is updated. */
export type MenuItem = MenuAction | MenuCheck | MenuChoice | MenuLine;

/** The index that an arrow key, Home or End goes to from `at` of `count`; null for other keys. */
export function movedTo(key: string, at: number, count: number): number | null {
  switch (key) {
    case "ArrowDown":
      return (at + 1) % count;
    case "ArrowUp":
      return at > 0 ? at - 1 : count - 1;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}

/** The typed characters belong to one word while the pauses between them are at most this long. */
export const WORD_MS = 700;

/** Finds items by the characters that are typed, as menus of operating systems do. */
export class Typeahead {
  private word = "";
  private last = -Infinity;

  /**
   * Returns the index of the next label that begins with what was typed, or -1. `now` is in
   * milliseconds. One character that is repeated goes on to the next item with it.
   */
  typed(character: string, labels: readonly string[], at: number, now: number): number {
    this.word = (now - this.last > WORD_MS ? "" : this.word) + character.toLowerCase();
    this.last = now;
    const repeated = [...this.word].every(each => each === this.word[0]);
    const wanted = repeated ? character.toLowerCase() : this.word;
    // A longer word may still be that of the item which has the focus.
    const from = repeated ? at + 1 : Math.max(at, 0);
    for (let step = 0; step < labels.length; step++) {
      const index = (from + step) % labels.length;
      if (labels[index]?.toLowerCase().startsWith(wanted)) return index;
    }
    return -1;
  }

  /** Whether a blank belongs to the word that is being typed. */
  going(now: number): boolean {
    return this.word !== "" && now - this.last <= WORD_MS;
  }
}
