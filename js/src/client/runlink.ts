/** The room's messages about runs, which wait until runs.js is loaded. */
import type {Text} from "@codemirror/state";
import type {RunKernel, ServerMessage} from "../wire/protocol.gen";
import type {Replica} from "./replica";
import type {RevisionListener, RunNews, RunRequest, Runs} from "./runnews";

const TYPES = ["kernel", "run", "output", "question", "run_taken", "unread", "run_refused"];

export interface RunLinkOptions {
  readonly replica: Replica;
  readonly epoch: () => string;
  readonly send: (message: RunRequest) => void;
}

export class RunLink implements Runs {
  /** Null before the server has said it, and with servers that run nothing. */
  kernel: RunKernel | null = null;
  /** Whether there is something that runs.js displays. */
  displays = false;
  /** What came before there was a receiver. */
  private early: RunNews[] = [];
  private receiver: ((news: RunNews) => void) | null = null;

  constructor(private readonly options: RunLinkOptions) {}

  get epoch(): string {
    return this.options.epoch();
  }

  get version(): number {
    return this.options.replica.version;
  }

  get log(): Text {
    return this.options.replica.stored;
  }

  onRevision(listener: RevisionListener): () => void {
    return this.options.replica.onRevision(listener);
  }

  receive(receiver: (news: RunNews) => void): void {
    this.receiver = receiver;
    for (const news of this.early.splice(0)) receiver(news);
  }

  send(message: RunRequest): void {
    this.options.send(message);
  }

  received(message: ServerMessage): void {
    if (message.type === "welcome") this.kernel = null;
    else if (!TYPES.includes(message.type)) return;
    if (message.type === "kernel") this.kernel = message;
    else this.displays ||= message.type === "run" || message.type === "question";
    this.pass(message as RunNews);
  }

  lost(): void {
    this.pass({type: "lost"});
  }

  private pass(news: RunNews): void {
    if (this.receiver) this.receiver(news);
    else this.early.push(news);
  }
}
