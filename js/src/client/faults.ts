/** How often in a row the log and the replica did not fit together. */

export const disagreement = "The editor and the server do not agree on the text.";

/** Faults in a row after which trying again is no use. */
const most = 5;

export class Faults {
  private count = 0;

  /** Count one more. Whether it is worth trying again. */
  another(): boolean {
    return ++this.count <= most;
  }

  /**
   * Going on from the known version keeps unsent edits; a second time, only the server is right.
   */
  get repeated(): boolean {
    return this.count > 1;
  }

  clear(): void {
    this.count = 0;
  }
}
