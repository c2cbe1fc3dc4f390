/**
 * Whether the kernel runs a cell, and callbacks that wait until it does not.
 *
 * IPython runs its hooks for the start and the end of a cell around each comm message. A kernel
 * that receives comm messages in another thread (ipykernel 7) does so in the middle of a cell, and
 * matplotlib then displays half-drawn figures. So the page delays messages that are not urgent.
 *
 * In hosts that do not have the kernel's messages nothing waits. Their kernels have one thread and
 * receive comm messages between cells, and ipywidgets sends one message of a widget at a time.
 */
import type {Timers} from "../../ui/timing";
import type {Signal} from "./kernel";
import type {Model} from "./model";

interface KernelMessage {
  readonly channel: string;
  readonly header: {readonly msg_type: string; readonly msg_id: string};
  readonly parent_header: {readonly msg_type?: string; readonly msg_id?: string};
  readonly content: {readonly execution_state?: string};
}

/** The part of JupyterLab's kernel connection that is used. */
export interface KernelMessages {
  readonly status: string;
  readonly statusChanged: Signal<string>;
  readonly anyMessage: Signal<{msg: KernelMessage; direction: "send" | "recv"}>;
}

/** The kernel is idle for less than this between cells that are run together. */
const PAUSE_MS = 100;
/** Instead of a request id: it is unknown what the kernel does. */
const UNKNOWN = "";

export class RunningCells {
  /** The requests whose cells run or wait to run. */
  private readonly requests = new Set<string>();
  private readonly waiting = new Set<() => void>();
  private timer: number | null = null;
  private stopped = false;
  private readonly connection: KernelMessages | null;

  constructor(
    model: Pick<Model, "widget_manager">,
    private readonly timers: Timers,
  ) {
    this.connection = connectionOf(model);
    if (!this.connection) return;
    if (this.connection.status !== "idle") this.requests.add(UNKNOWN);
    this.connection.statusChanged.connect(this.statusChanged);
    this.connection.anyMessage.connect(this.messagePassed);
  }

  /** Calls back when no cell runs, at once if none does. A waiting callback is called once. */
  whenNone(callback: () => void): void {
    if (this.stopped) return;
    if (!this.requests.size && this.timer === null) return callback();
    this.waiting.add(callback);
  }

  /** Does not call back any more. */
  cancel(callback: () => void): void {
    this.waiting.delete(callback);
  }

  /** Returns the model with a `send` that waits until no cell runs. */
  hold(model: Model): Model {
    const send = (message: object): void => this.whenNone(() => model.send(message));
    return Object.create(model, {send: {value: send}}) as Model;
  }

  /** The kernel or the widget has ended: waiting callbacks are dropped. */
  stop(): void {
    this.stopped = true;
    this.connection?.statusChanged.disconnect(this.statusChanged);
    this.connection?.anyMessage.disconnect(this.messagePassed);
    this.stopTimer();
    this.waiting.clear();
  }

  private readonly messagePassed = (
    _: unknown,
    {msg, direction}: {msg: KernelMessage; direction: "send" | "recv"},
  ): void => {
    const {header, parent_header: parent, content} = msg;
    if (direction === "send" && header.msg_type === "execute_request") {
      this.began(header.msg_id);
    } else if (header.msg_type === "status" && parent.msg_type === "execute_request") {
      // Cells of all pages, because every page receives the kernel's status.
      if (content.execution_state === "busy") this.began(parent.msg_id ?? UNKNOWN);
      if (content.execution_state === "idle") this.ended(parent.msg_id ?? UNKNOWN);
    }
  };

  private readonly statusChanged = (_: unknown, status: string): void => {
    if (status === "idle") return this.ended(UNKNOWN);
    if (status === "busy") return;
    // The connection was lost, perhaps with the end of a cell; or the kernel restarts.
    this.requests.clear();
    this.began(UNKNOWN);
  };

  private began(request: string): void {
    this.requests.add(request);
    this.stopTimer();
  }

  private ended(request: string): void {
    if (!this.requests.delete(request) || this.requests.size) return;
    this.stopTimer();
    this.timer = this.timers.setTimeout(() => {
      this.timer = null;
      const due = [...this.waiting];
      this.waiting.clear();
      for (const callback of due) callback();
    }, PAUSE_MS);
  }

  private stopTimer(): void {
    if (this.timer !== null) this.timers.clearTimeout(this.timer);
    this.timer = null;
  }
}

/** Returns the connection to the notebook's kernel; null in a host that does not have it. */
function connectionOf({widget_manager}: Pick<Model, "widget_manager">): KernelMessages | null {
  const found = widget_manager?.kernel as KernelMessages | null | undefined;
  return found?.statusChanged && found.anyMessage ? found : null;
}
