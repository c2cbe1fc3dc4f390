/** Asks for suggestions over the room's socket, where a client has no other way to the server. */
import type {Ask, Suggestion} from "../wire/protocol.gen";

type Answer = (text: string | null) => void;

export class Suggestions {
  /** The server answers in the order in which it was asked. */
  private readonly asked: Answer[] = [];

  /** `send` gives 0 where there is no connection. */
  constructor(private readonly send: (ask: Ask) => number) {}

  ask(cursorPosition: number, version: number, signal: AbortSignal): Promise<string | null> {
    return new Promise(resolve => {
      if (!this.send({type: "autocomplete", cursorPosition, version})) return resolve(null);
      this.asked.push(resolve);
      signal.addEventListener("abort", () => resolve(null), {once: true});
    });
  }

  answered({suggestion}: Suggestion): void {
    this.asked.shift()?.(suggestion || null);
  }

  /** Something was forbidden: where a question was open, that one, which gets no other answer. */
  refused(): void {
    this.asked.shift()?.(null);
  }

  /** The connection is gone, and the answers with it. */
  lost(): void {
    for (const answer of this.asked.splice(0)) answer(null);
  }
}
