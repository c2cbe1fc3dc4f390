/** The kernel of a room, over its server. It answers only the person who gave it to the room. */
import type {RoomState} from "../client/types";
import {roomPath} from "../wire/api";
import type {Api, ApiError} from "../wire/api";
import {namesIn, textIn} from "./kernel";
import type {FoundNames, NamesKernel} from "./kernel";

/** Code with a name, whichever. */
const ANY = "a";

export class RoomKernel implements NamesKernel {
  /** The kernel that does not answer this person. */
  private refused: string | null = null;
  /** The kernel that was prepared last. */
  private prepared: string | null = null;

  constructor(
    private readonly api: Pick<Api, "call">,
    private readonly roomId: string,
    private readonly state: () => Pick<RoomState, "kernel" | "guest">,
  ) {}

  get answers(): boolean {
    const {kernel, guest} = this.state();
    const lives = kernel && kernel.state !== "none" && kernel.state !== "dead";
    const may = !guest && kernel?.may === "run" && kernel.names !== false;
    return may && !!lives && kernel.id !== this.refused;
  }

  async names(code: string, at: number, signal: AbortSignal): Promise<FoundNames | null> {
    return namesIn(await this.ask("names", {code, at}, signal), code);
  }

  async inspect(code: string, at: number, signal: AbortSignal): Promise<string> {
    return textIn(await this.ask("inspect", {code, at}, signal));
  }

  /**
   * IPython loads its completer for the first answer, which takes longer than the menu waits. So it
   * is asked before, but not while it runs code, which would become slower.
   */
  prepare(): void {
    const {id} = this;
    if (!this.answers || this.state().kernel?.state !== "idle" || this.prepared === id) return;
    this.prepared = id;
    this.ask("names", {code: ANY, at: ANY.length}).catch(() => {});
  }

  destroy(): void {}

  private get id(): string {
    return this.state().kernel?.id ?? "";
  }

  private async ask(what: string, body: object, signal?: AbortSignal): Promise<unknown> {
    const {id} = this;
    try {
      return await this.api.call("POST", roomPath(this.roomId, "kernel", what), body, signal);
    } catch (error) {
      if (isRefusal(error)) this.refused = id;
      throw error;
    }
  }
}

/** Whether another question would get the same answer. */
function isRefusal(error: unknown): boolean {
  // Not `instanceof`: each file that browsers load has a class of its own.
  const {name, status} = Object(error) as Partial<ApiError>;
  return name === "ApiError" && [403, 404, 405, 409].includes(status ?? 0);
}
