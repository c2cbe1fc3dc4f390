/** Counts consecutive disagreements between the log and the replica. */

export const disagreement = "The editor and the server do not agree on the text.";

const most = 5; // consecutive, after which the client stops

export class Faults {
  private count = 0;

  /** Counts one more. Returns whether another attempt makes sense. */
  another(): boolean {
    return ++this.count <= most;
  }

  /** The first time, resume and keep unsent edits. The second time, load the server's text. */
  get repeated(): boolean {
    return this.count > 1;
  }

  clear(): void {
    this.count = 0;
  }
}
