/** Brings versions back, and knows which revisions came of that. */
import type {HistoryRoutes} from "./historyroutes";

export class Restorer {
  private readonly made = new Set<number>();
  private running: Promise<unknown> = Promise.resolve();

  constructor(private readonly routes: Pick<HistoryRoutes, "restore">) {}

  /** Rejects with an Error whose message is for people. */
  restore(version: number): Promise<void> {
    const done = this.routes.restore(version).then(reply => {
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
