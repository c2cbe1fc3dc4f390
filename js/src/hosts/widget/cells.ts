/**
 * Whether the kernel runs a cell, and what waits until it does not.
 *
 * IPython runs its hooks for the beginning and the end of a cell around each comm message. A kernel
 * that receives comm messages in another thread (ipykernel 7) does so in the middle of a cell, and
 * matplotlib then shows the figures of that cell half drawn. So the page sends what can wait later.
 *
 * Hosts that do not show the kernel's messages receive comm messages between cells: there nothing
 * waits. Their kernels have one thread, and ipywidgets keeps one message of a widget under way.
 */
import type {Timers} from "../../ui/timing";
import type {Model} from "./model";

interface Signal<T> {
  connect(slot: (sender: unknown, value: T) => void): void;
  disconnect(slot: (sender: unknown, value: T) => void): void;
}

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
/** In the place of a request: what the kernel does is not known. */
const UNKNOWN = "";

export class RunningCells {
  /** The requests whose cells run or are to run. */
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

  /** Calls back as soon as no cell runs, at once if none does; once for each callback that waits. */
  whenNone(callback: () => void): void {
    if (this.stopped) return;
    if (!this.requests.size && this.timer === null) return callback();
    this.waiting.add(callback);
  }

  /** Does not call back any more. */
  cancel(callback: () => void): void {
    this.waiting.delete(callback);
  }

  /** The model, whose messages to the kernel wait until no cell runs. */
  hold(model: Model): Model {
    const send = (message: object): void => this.whenNone(() => model.send(message));
    return Object.create(model, {send: {value: send}}) as Model;
  }

  /** The kernel is gone, or the widget: nothing that waits is done any more. */
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
      // Of any page's cell, since all pages receive the kernel's status.
      if (content.execution_state === "busy") this.began(parent.msg_id ?? UNKNOWN);
      if (content.execution_state === "idle") this.ended(parent.msg_id ?? UNKNOWN);
    }
  };

  private readonly statusChanged = (_: unknown, status: string): void => {
    if (status === "idle") return this.ended(UNKNOWN);
    if (status === "busy") return;
    // The connection was lost, and with it the end of a cell perhaps; or the kernel starts again.
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

/** The connection to the notebook's kernel; null in a host that does not show it. */
function connectionOf({widget_manager}: Pick<Model, "widget_manager">): KernelMessages | null {
  const found = widget_manager?.kernel as KernelMessages | null | undefined;
  return found?.statusChanged && found.anyMessage ? found : null;
}
