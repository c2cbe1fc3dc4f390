/** The runs of a room and their outputs, as the server has sent them. Without a page or a clock. */
import type {RunNews} from "../client/runnews";
import type {
  NewOutputs,
  Question,
  RunChanged,
  RunOutput,
  RunRefused,
  RunTaken,
  Unread,
} from "../wire/protocol.gen";

export type Answer = RunTaken | Unread | RunRefused;

/** A run, with the outputs that are still shown, in the order of their numbers. */
export interface Entry {
  readonly info: RunChanged;
  readonly outputs: readonly RunOutput[];
}

const OVER: readonly RunChanged["state"][] = [
  ...(["done", "error", "stopped", "died"] as const),
  ...(["refused", "expired", "withdrawn"] as const),
];
/** As many runs as the server keeps. */
const MOST = 50;

/** Whether nothing follows. */
export function isOver({state}: Pick<RunChanged, "state">): boolean {
  return OVER.includes(state);
}

/** Whether code was, is or will be executed. */
export function isExecuted({state}: Pick<RunChanged, "state">): boolean {
  return !["asked", "refused", "expired", "withdrawn"].includes(state);
}

/** Whether the kernel has had the code. */
export function isStarted({state, startedAt}: RunChanged): boolean {
  return state === "running" || Boolean(startedAt);
}

/**
 * The run that a page displays by itself: the newest, but rather one that is executed now than one
 * that waits behind it, or that was stopped while it waited.
 */
export function runToShow(runs: readonly Entry[]): Entry | undefined {
  const newest = runs.at(-1);
  if (!newest || isStarted(newest.info) || !isExecuted(newest.info)) return newest;
  return runs.find(({info}) => info.state === "running") ?? newest;
}

export class RunsModel {
  /** The question of a guest that is open; null without one. */
  question: Question | null = null;
  private readonly entries = new Map<number, Entry>();
  private readonly waiting = new Map<number, (answer: Answer | null) => void>();
  private readonly listeners = new Set<() => void>();
  private readonly refusals = new Set<(refusal: RunRefused) => void>();
  /** The runs that this page has requested. */
  private readonly own = new Set<number>();
  private epoch = "";
  private ids = 0;

  /** The runs by their numbers, oldest first. */
  get runs(): readonly Entry[] {
    return [...this.entries.values()].sort((a, b) => a.info.run - b.info.run);
  }

  get(run: number): Entry | null {
    return this.entries.get(run) ?? null;
  }

  /** Calls back after each change. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Calls back when something else than a request of `request` was refused. */
  onRefusal(listener: (refusal: RunRefused) => void): () => void {
    this.refusals.add(listener);
    return () => void this.refusals.delete(listener);
  }

  /** Returns a new id of a request. `answered` is called once; null: the connection was lost. */
  request(answered: (answer: Answer | null) => void): number {
    this.waiting.set(++this.ids, answered);
    return this.ids;
  }

  receive(news: RunNews): void {
    this.take(news);
    for (const listener of [...this.listeners]) listener();
  }

  /** Adds what REST has sent of an earlier run. */
  add(info: RunChanged, outputs: readonly RunOutput[]): void {
    this.change(info);
    this.addOutputs({type: "output", run: info.run, outputs: [...outputs]});
    for (const listener of [...this.listeners]) listener();
  }

  private take(news: RunNews): void {
    switch (news.type) {
      case "welcome":
        // The server sends an open question again.
        this.question = null;
        // Numbers of runs are those of the epoch.
        if (news.epoch !== this.epoch) [this.entries, this.own].forEach(each => each.clear());
        this.epoch = news.epoch;
        return;
      case "lost":
        this.question = null;
        return this.drop();
      case "run":
        return this.change(news);
      case "output":
        return this.addOutputs(news);
      case "question":
        this.question = news;
        return;
      case "run_taken":
      case "unread":
        return this.answer(news.id, news);
      case "run_refused":
        if (news.id) return this.answer(news.id, news);
        for (const listener of this.refusals) listener(news);
        return;
      case "kernel":
    }
  }

  private change(news: RunChanged): void {
    const {run, first = 0, state} = news;
    const info = this.own.has(run) ? {...news, own: true} : news;
    const kept = this.entries.get(run)?.outputs ?? [];
    this.entries.set(run, {info, outputs: kept.filter(([number]) => number >= first)});
    if (this.question?.run === run && state !== "asked") this.question = null;
    if (this.entries.size > MOST) this.deleteOne();
  }

  /** Deletes as the server does: the oldest that is over and never started, or the oldest. */
  private deleteOne(): void {
    const older = this.runs.slice(0, -1);
    const entry = older.find(({info}) => isOver(info) && !isStarted(info)) ?? older[0];
    if (entry) this.entries.delete(entry.info.run);
  }

  private addOutputs({run, outputs}: NewOutputs): void {
    const entry = this.entries.get(run);
    if (!entry) return;
    const all = new Map(entry.outputs.map(output => [output[0], output]));
    for (const output of outputs) all.set(output[0], output);
    const {first = 0} = entry.info;
    const shown = [...all.values()].filter(([number]) => number >= first);
    this.entries.set(run, {...entry, outputs: shown.sort(([a], [b]) => a - b)});
  }

  private answer(id: number, answer: Answer): void {
    const answered = this.waiting.get(id);
    this.waiting.delete(id);
    if (answered && answer.type === "run_taken") this.takeOwn(answer.run);
    answered?.(answer);
  }

  private takeOwn(run: number): void {
    this.own.add(run);
    const entry = this.entries.get(run);
    if (entry) this.entries.set(run, {...entry, info: {...entry.info, own: true}});
  }

  private drop(): void {
    const all = [...this.waiting.values()];
    this.waiting.clear();
    for (const answered of all) answered(null);
  }
}
