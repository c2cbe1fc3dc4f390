/** Requests suggestions over the room's socket, for guests. */
import type {Ask, CancelAsk, ServerMessage} from "../wire/protocol.gen";
import type {Suggested} from "./types";

type Answer = (found: Suggested | null) => void;

export class Suggestions {
  /** The open requests by id. */
  private readonly asked = new Map<number, Answer>();
  private last = 0;

  /** Whether the server ends a request that is cancelled. */
  private cancels = false;

  /** `send` returns 0 without a connection. */
  constructor(private readonly send: (message: Ask | CancelAsk) => number) {}

  ask(
    cursorPosition: number,
    version: number,
    variant: number,
    signal: AbortSignal,
  ): Promise<Suggested | null> {
    const ask = {cursorPosition, version, ...(variant && {variant})};
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
    if (this.asked.has(id) && this.cancels) this.send({type: "cancel_autocomplete", id});
  }

  /** Takes note of a message. Returns whether it refuses a request: it says nothing of the edits. */
  received(message: ServerMessage): boolean {
    if (message.type === "welcome") this.cancels = message.cancels ?? false;
    if (message.type === "suggestion") {
      this.settle(message.id, {text: message.suggestion, detail: message.detail ?? ""});
    }
    const refuses = message.type === "error" && Boolean(message.id);
    if (refuses) this.settle(message.id, null);
    return refuses;
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
