/**
 * Whether the kernel that made a widget still follows it.
 *
 * The model that anywidget passes has events and the widget manager. Events carry ipywidgets' own
 * model, which has `comm_live`; JupyterLab's manager has the connection to the notebook's kernel. In
 * a host that has neither, the kernel is assumed to follow.
 */
import type {Timers} from "../../ui/timing";
import type {Model} from "./model";

/**
 * following: the kernel has the widget. lost: the kernel was restarted, was replaced or died, or the
 * notebook was opened without it. shut down: a person ended the kernel, and the notebook has none.
 */
export type KernelState = "following" | "lost" | "shut down";

/** The part of a Lumino signal that is used. */
export interface Signal<T> {
  connect(slot: (sender: unknown, value: T) => void): void;
  disconnect(slot: (sender: unknown, value: T) => void): void;
}

/** The part of JupyterLab's kernel connection that is used. */
export interface KernelConnection {
  readonly statusChanged: Signal<string>;
  readonly connectionStatusChanged: Signal<string>;
  readonly disposed: Signal<unknown>;
  /** Each message that the kernel publishes, also for other clients. */
  readonly iopubMessage?: Signal<Published>;
  requestCommInfo(content: {target_name: string}): Promise<{content: {comms?: object}}>;
}

/** The part of a published message that is used. */
export interface Published {
  /** The session is that of the kernel's process. */
  readonly header: {readonly session?: unknown};
  /** Empty if no request has caused the message. */
  readonly parent_header: {readonly msg_type?: unknown};
}

/** ipywidgets' model, behind anywidget's. */
interface RealModel {
  readonly comm_live?: unknown;
  readonly model_id?: unknown;
}

/** Statuses after which the process that made the widget is gone. */
const PROCESS_ENDED = ["restarting", "autorestarting", "starting", "terminating", "dead"];
/** When a kernel is changed, JupyterLab has the next connection within this time. */
const REPLACED_WITHIN_MS = 500;

export class KernelWatch {
  private current: KernelState;
  private readonly real: RealModel;
  private readonly listeners = new Set<() => void>();
  private unwatch: () => void = () => {};
  private timer: number | null = null;
  /** The kernel restarts, so the page reconnects to it. */
  private restarting = false;
  /** The page reconnects for another reason: the server may have crashed. */
  private disconnected = false;

  constructor(
    private readonly model: Model,
    private readonly timers: Timers,
  ) {
    this.real = realModel(model);
    this.current = this.real.comm_live === false ? "lost" : "following";
    model.on("comm_live_update", this.commChanged);
    const {connection} = this;
    this.watch(connection);
    // The kernel may have been replaced while this page loaded the widget.
    if (connection && this.following) void this.ask(connection);
  }

  get state(): KernelState {
    return this.current;
  }

  get following(): boolean {
    return this.current === "following";
  }

  /**
   * Jupyter's id of the kernel that has this widget; null if none has, or it is unknown. A saved
   * notebook has the id of an earlier kernel, which another notebook may use by now.
   */
  get id(): string | null {
    return (this.following && this.model.get("kernel_id")) || null;
  }

  /** Calls back after each change of `state`. Returns the function that ends it. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Stops watching. Called when the widget is closed, so nothing follows it from then on. */
  stop(): void {
    this.current = "lost";
    this.model.off("comm_live_update", this.commChanged);
    this.unwatch();
    if (this.timer !== null) this.timers.clearTimeout(this.timer);
    this.listeners.clear();
  }

  private readonly commChanged = (): void => {
    if (this.real.comm_live === false) this.become("lost");
  };

  /** The connection to the notebook's current kernel; null without a kernel or in other hosts. */
  private get connection(): KernelConnection | null {
    try {
      const found = this.model.widget_manager?.kernel as KernelConnection | null | undefined;
      return found?.statusChanged && found.disposed ? found : null;
    } catch {
      return null; // The manager of a closed notebook throws.
    }
  }

  private watch(connection: KernelConnection | null): void {
    this.unwatch();
    this.unwatch = () => {};
    if (!connection) return;
    this.restarting = this.disconnected = false;
    const status = (_: unknown, now: string): void => {
      this.restarting ||= now.endsWith("restarting");
      if (PROCESS_ENDED.includes(now)) this.become("lost");
    };
    const reconnect = (_: unknown, now: string): void => {
      if (now === "connecting") this.disconnected = !this.restarting;
      if (now !== "connected") return;
      this.restarting = this.disconnected = false;
      void this.ask(connection);
    };
    const disposed = (): void => this.connectionEnded(connection);
    let process: unknown;
    // The page receives no status of a restart by another client. It misses "starting" if that was
    // published before the server was connected again. A process that is asked to end publishes
    // messages about that request. Where it was killed, the first message of the next one is the sign.
    const published = (_: unknown, {header, parent_header}: Published): void => {
      if (parent_header.msg_type === "shutdown_request") this.become("lost");
      if (process !== undefined && header.session !== process) void this.ask(connection);
      process = header.session;
    };
    connection.statusChanged.connect(status);
    connection.connectionStatusChanged.connect(reconnect);
    connection.disposed.connect(disposed);
    connection.iopubMessage?.connect(published);
    this.unwatch = () => {
      connection.statusChanged.disconnect(status);
      connection.connectionStatusChanged.disconnect(reconnect);
      connection.disposed.disconnect(disposed);
      connection.iopubMessage?.disconnect(published);
    };
  }

  /** Asks the kernel for the widget: it may have been restarted while this page was offline. */
  private async ask(connection: KernelConnection): Promise<void> {
    const {model_id} = this.real;
    if (typeof model_id !== "string") return;
    try {
      const {content} = await connection.requestCommInfo({target_name: "jupyter.widget"});
      if (content.comms && !(model_id in content.comms)) this.become("lost");
    } catch {
      // The connection is lost again. The next one asks again.
    }
  }

  /** The kernel was shut down or replaced, or died with its server. */
  private connectionEnded(connection: KernelConnection): void {
    const onPurpose = !this.disconnected;
    this.become("lost");
    this.timer = this.timers.setTimeout(() => {
      const next = this.connection;
      if (next && next !== connection) this.watch(next);
      else if (onPurpose) this.become("shut down");
    }, REPLACED_WITHIN_MS);
  }

  private become(state: KernelState): void {
    if (state === this.current || this.current === "shut down") return;
    this.current = state;
    for (const listener of [...this.listeners]) listener();
  }
}

/** Returns ipywidgets' model. The event that carries it is caused by a change which is not saved. */
function realModel(model: Model): RealModel {
  let real: RealModel = {};
  const keep = (found: unknown): void => {
    if (typeof found === "object" && found) real = found;
  };
  const was = model.get("status");
  model.on("change:status", keep);
  model.set("status", `${was} `);
  model.set("status", was);
  model.off("change:status", keep);
  return real;
}
