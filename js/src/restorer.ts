/** Brings versions back, and knows which revisions came of that. */
import type {Api} from "./api";

export class Restorer {
  private readonly made = new Set<number>();
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly api: Pick<Api, "restore">,
    private readonly roomId: string,
  ) {}

  /** Rejects with an Error whose message is for people. */
  restore(version: number): Promise<void> {
    const done = this.api.restore(this.roomId, version).then(reply => {
      this.made.add(reply.version);
    });
    this.running = done.catch(() => undefined);
    return done;
  }

  /** Whether a revision is of ours. Its update may arrive before the reply that says so. */
  async isOurs(version: number): Promise<boolean> {
    await this.running;
    return this.made.has(version);
  }
}
