/** The REST routes of a room's runs and its kernel. */
import {roomPath} from "./api";
import type {Api} from "./api";
import type {RunChanged, RunOutput} from "./protocol.gen";

export interface KernelSpec {
  readonly name: string;
  readonly displayName: string;
}

export interface RoomKernel {
  /** Whether this person may run code here; if not, `why` is a sentence. */
  readonly allowed: boolean;
  readonly why: string;
  readonly kernel: {readonly id: string; readonly name: string; readonly state: string} | null;
  readonly specs: readonly KernelSpec[];
}

/** Calls the routes of one room. Each method rejects with `ApiError`. */
export class RunRoutes {
  constructor(
    private readonly api: Api,
    private readonly roomId: string,
  ) {}

  /** The server's time in seconds since 1970. */
  now(): number {
    return this.api.now();
  }

  kernel(): Promise<RoomKernel> {
    return this.api.call("GET", this.path("kernel"));
  }

  /** Binds the room to a kernel of this server by its id, or starts one of a kernelspec. */
  async bind(kernel: {kernelId: string} | {name: string}): Promise<void> {
    await this.api.call("PUT", this.path("kernel"), kernel);
  }

  /** Returns the runs with a number greater than `after`, oldest first. */
  async runs(after = 0): Promise<RunChanged[]> {
    const path = this.path("runs", `after=${after}`);
    return (await this.api.call<{runs: RunChanged[]}>("GET", path)).runs;
  }

  async outputs(run: number): Promise<RunOutput[]> {
    const path = this.path(`runs/${run}/outputs`);
    return (await this.api.call<{outputs: RunOutput[]}>("GET", path)).outputs;
  }

  private path(end: string, query = ""): string {
    return `${roomPath(this.roomId)}/${end}${query && `?${query}`}`;
  }
}
