/** The kernel of a notebook, which has the widget: it is sent messages of the widget. */
import type {RoomState} from "../client/types";
import {namesIn, textIn} from "./kernel";
import type {FoundNames, NamesKernel} from "./kernel";

/** The messages between a widget and its kernel. */
export interface Comm {
  send(message: object): void;
  on(event: "msg:custom", callback: (message: unknown) => void): void;
  off(event: "msg:custom", callback: (message: unknown) => void): void;
}

export class CommKernel implements NamesKernel {
  /** The open questions by id. */
  private readonly asked = new Map<unknown, (answer: unknown) => void>();
  private last = 0;

  /** `page` is unique: the kernel answers all pages that display the widget. */
  constructor(
    private readonly comm: Comm,
    /** What the server has said of the room's kernel, and so of all. */
    private readonly said: () => RoomState["kernel"],
    private readonly page = Math.random().toString(36).slice(2),
  ) {
    comm.on("msg:custom", this.receive);
  }

  /** Where it is switched off, there would be no answer, and the menu would wait for it. */
  get answers(): boolean {
    return this.said()?.names ?? true;
  }

  async names(code: string, at: number, signal: AbortSignal): Promise<FoundNames | null> {
    return namesIn(await this.ask({type: "names", code, at}, signal), code);
  }

  async inspect(code: string, at: number, signal: AbortSignal): Promise<string> {
    return textIn(await this.ask({type: "inspect", code, at}, signal));
  }

  destroy(): void {
    this.comm.off("msg:custom", this.receive);
  }

  /** An answer may never come; the signal ends the question. */
  private ask(question: object, signal: AbortSignal): Promise<unknown> {
    return new Promise(resolve => {
      const id = `${this.page}-${++this.last}`;
      const end = (answer: unknown): void => {
        this.asked.delete(id);
        resolve(answer);
      };
      this.asked.set(id, end);
      signal.addEventListener("abort", () => end(null), {once: true});
      this.comm.send({...question, id});
    });
  }

  private readonly receive = (message: unknown): void => {
    const {type, id} = Object(message) as Record<string, unknown>;
    if (type === "names" || type === "inspect") this.asked.get(id)?.(message);
  };
}
