/** Local texts that could not be merged into the room's, until the person has dropped them. */

export interface Orphan {
  /** The whole text. */
  readonly text: string;
  /** Its edits as a patch of the room's text; empty for a whole-file write. */
  readonly patch: string;
}

export class Orphans {
  /** The texts, oldest first, with an empty line between two; null without one. */
  text: string | null = null;
  /** The patches, oldest first. */
  patch = "";
  private all: readonly Orphan[] = [];

  add(orphan: Orphan | null): void {
    if (!orphan) return;
    // Another attempt may fail with the same text. Of whole-file writes, only the newest counts.
    const others = this.all.filter(
      ({text, patch}) => text !== orphan.text && (patch || orphan.patch),
    );
    this.set([...others, orphan]);
  }

  /** The room has this very text. */
  merged(code: string): void {
    this.set(this.all.filter(({text}) => text !== code));
  }

  clear(): void {
    this.set([]);
  }

  private set(all: readonly Orphan[]): void {
    this.all = all;
    this.text = all.length ? all.map(({text}) => text).join("\n\n") : null;
    this.patch = all.map(({patch}) => patch).join("");
  }
}
