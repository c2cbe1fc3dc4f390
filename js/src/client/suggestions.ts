/** Requests suggestions over the room's socket, for guests. */
import type {Ask, CancelAsk, Error as Refusal, Suggestion} from "../wire/protocol.gen";
import type {Suggested} from "./types";

type Answer = (found: Suggested | null) => void;

export class Suggestions {
  /** The open requests by id. */
  private readonly asked = new Map<number, Answer>();
  private last = 0;

  /** `send` returns 0 without a connection. `cancels`: whether the server ends a request. */
  constructor(
    private readonly send: (message: Ask | CancelAsk) => number,
    private readonly cancels: () => boolean,
  ) {}

  ask(ask: Omit<Ask, "type" | "id">, signal: AbortSignal): Promise<Suggested | null> {
    return new Promise(resolve => {
      const id = ++this.last;
      if (!this.send({type: "autocomplete", ...ask, id})) return resolve(null);
      this.asked.set(id, resolve);
      signal.addEventListener("abort", () => this.cancel(id, resolve), {once: true});
    });
  }

  /** Without this, the server waits for the model although nobody waits for the server. */
  private cancel(id: number, answer: Answer): void {
    answer(null);
    if (this.asked.has(id) && this.cancels()) this.send({type: "cancel_autocomplete", id});
  }

  answered({suggestion: text, detail = "", id}: Suggestion): void {
    this.settle(id, {text, detail});
  }

  /** A message was refused. `id` is the request's, if it was one. */
  refused({id}: Refusal): void {
    this.settle(id, null);
  }

  /** The connection is lost, so no answer will arrive. */
  lost(): void {
    for (const id of [...this.asked.keys()]) this.settle(id, null);
  }

  private settle(id: number | undefined, found: Suggested | null): void {
    if (id === undefined) return;
    this.asked.get(id)?.(found);
    this.asked.delete(id);
  }
}
