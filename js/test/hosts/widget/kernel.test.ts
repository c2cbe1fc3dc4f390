import assert from "node:assert/strict";
import {test} from "node:test";
import {KernelWatch} from "../../../src/hosts/widget/kernel";
import type {KernelConnection, Published} from "../../../src/hosts/widget/kernel";
import type {Model} from "../../../src/hosts/widget/model";
import {Clock} from "../../clock";
import {promises} from "../../edge";

class FakeSignal<T> {
  readonly slots = new Set<(sender: unknown, value: T) => void>();
  connect = (slot: (sender: unknown, value: T) => void): void => void this.slots.add(slot);
  disconnect = (slot: (sender: unknown, value: T) => void): void => void this.slots.delete(slot);
  emit(value: T): void {
    for (const slot of [...this.slots]) slot(this, value);
  }
}

class FakeConnection implements KernelConnection {
  readonly statusChanged = new FakeSignal<string>();
  readonly connectionStatusChanged = new FakeSignal<string>();
  readonly disposed = new FakeSignal<unknown>();
  readonly iopubMessage = new FakeSignal<Published>();
  comms: object | undefined = {"the-model": {}};
  asked = 0;

  requestCommInfo(): Promise<{content: {comms?: object}}> {
    this.asked++;
    return this.comms
      ? Promise.resolve({content: {comms: this.comms}})
      : Promise.reject(new Error("Canceled future"));
  }

  /** As JupyterLab disposes of one: the status of the line changes after the signal. */
  dispose(): void {
    this.disposed.emit(undefined);
    this.connectionStatusChanged.emit("disconnected");
  }
}

/** ipywidgets' model: an event for each trait that changed, with the model in it. */
class FakeModel {
  comm_live: boolean | undefined = true;
  readonly model_id = "the-model";
  readonly sets: unknown[] = [];
  readonly widget_manager: {kernel: unknown} = {kernel: new FakeConnection()};
  private readonly callbacks = new Map<string, Set<(model?: unknown) => void>>();

  get(): unknown {
    return this.sets.at(-1) ?? "not shown";
  }
  set(name: string, value: unknown): void {
    this.sets.push(value);
    this.tell(`change:${name}`, this);
  }
  on(event: string, callback: (model?: unknown) => void): void {
    this.callbacks.set(event, (this.callbacks.get(event) ?? new Set()).add(callback));
  }
  off(event: string, callback: (model?: unknown) => void): void {
    this.callbacks.get(event)?.delete(callback);
  }
  tell(event: string, model?: unknown): void {
    for (const callback of [...(this.callbacks.get(event) ?? [])]) callback(model);
  }
  get listeners(): number {
    return [...this.callbacks.values()].reduce((sum, {size}) => sum + size, 0);
  }
}

function watched(comm_live: boolean | undefined = true) {
  const model = new FakeModel();
  model.comm_live = comm_live;
  const clock = new Clock();
  const kernel = new KernelWatch(model as unknown as Model, clock);
  const told: string[] = [];
  kernel.subscribe(() => told.push(kernel.state));
  return {model, clock, kernel, told, connection: model.widget_manager.kernel as FakeConnection};
}

test("a model without its comm is not followed; asking changes nothing", () => {
  for (const [comm_live, state] of [
    [true, "following"],
    [undefined, "following"],
    [false, "lost"],
  ] as const) {
    const {kernel, model} = watched(comm_live);
    assert.equal(kernel.state, state);
    assert.equal(model.get(), "not shown");
  }
});

test("a kernel that took the place of the widget's before the page had loaded it does not follow", async () => {
  const model = new FakeModel();
  (model.widget_manager.kernel as FakeConnection).comms = {};
  const kernel = new KernelWatch(model as unknown as Model, new Clock());
  const told: string[] = [];
  kernel.subscribe(() => told.push(kernel.state));
  await promises();
  assert.deepEqual(told, ["lost"]);
});

test("a manager without a kernel, or one that throws, is no reason to be lost", () => {
  const managers: unknown[] = [undefined, {}, {kernel: null}, {kernel: {id: "of another host"}}];
  managers.push(
    Object.defineProperty({}, "kernel", {
      get() {
        throw new TypeError("context is null");
      },
    }),
  );
  for (const widget_manager of managers) {
    const model = Object.assign(new FakeModel(), {widget_manager});
    const kernel = new KernelWatch(model as unknown as Model, new Clock());
    assert.equal(kernel.following, true);
  }
});

test("a restart from this page ends the comm", () => {
  const {model, kernel, told} = watched();
  model.comm_live = false;
  model.tell("comm_live_update");
  model.tell("comm_live_update");
  assert.deepEqual([kernel.following, told], [false, ["lost"]]);
});

test("each status of an ended process reports the loss once", () => {
  for (const status of ["restarting", "autorestarting", "starting", "terminating", "dead"]) {
    const {connection, told} = watched();
    connection.statusChanged.emit("busy");
    connection.statusChanged.emit("unknown");
    assert.deepEqual(told, []);
    connection.statusChanged.emit(status);
    connection.statusChanged.emit("starting");
    assert.deepEqual(told, ["lost"], status);
  }
});

test("another kernel in its place is a loss and no shutdown", () => {
  const {model, connection, clock, told} = watched();
  connection.dispose();
  model.widget_manager.kernel = new FakeConnection();
  clock.pass(10_000);
  assert.deepEqual(told, ["lost"]);
});

test("no kernel in its place is a shutdown, also of one that took its place", () => {
  const {model, connection, clock, told} = watched();
  const next = new FakeConnection();
  connection.dispose();
  model.widget_manager.kernel = next;
  clock.pass(10_000);
  next.dispose();
  model.widget_manager.kernel = null;
  clock.pass(10_000);
  assert.deepEqual(told, ["lost", "shut down"]);
});

test("a kernel that ended with its server is lost and was not shut down", () => {
  const {model, connection, clock, told} = watched();
  connection.connectionStatusChanged.emit("connecting");
  connection.statusChanged.emit("dead");
  connection.dispose();
  model.widget_manager.kernel = null;
  clock.pass(10_000);
  assert.deepEqual(told, ["lost"]);
});

test("a kernel that is shut down while it restarts was shut down", () => {
  const {model, connection, clock, told} = watched();
  connection.statusChanged.emit("restarting");
  connection.connectionStatusChanged.emit("connecting");
  connection.dispose();
  model.widget_manager.kernel = null;
  clock.pass(10_000);
  assert.deepEqual(told, ["lost", "shut down"]);
});

test("a kernel that is back after a broken line still follows if it knows the comm", async () => {
  const {connection, told} = watched();
  connection.connectionStatusChanged.emit("connecting");
  connection.connectionStatusChanged.emit("connected");
  await promises();
  assert.deepEqual([connection.asked, told], [2, []]); // The first time at the start.
  connection.comms = undefined; // The line broke again before the answer.
  connection.connectionStatusChanged.emit("connected");
  await promises();
  assert.deepEqual(told, []);
  connection.comms = {"another-model": {}};
  connection.connectionStatusChanged.emit("connected");
  await promises();
  assert.deepEqual(told, ["lost"]);
});

test("a restart elsewhere whose status the page missed is noticed by the next message", async () => {
  const {connection, told} = watched();
  const publish = async (session: string): Promise<void> => {
    connection.iopubMessage.emit({header: {session}, parent_header: {}});
    await promises();
  };
  await publish("first");
  await publish("first");
  assert.equal(connection.asked, 1); // Only at the start.
  await publish("second");
  assert.deepEqual([connection.asked, told], [2, []]); // This one knows the widget.
  connection.comms = {};
  await publish("third");
  assert.deepEqual(told, ["lost"]);
});

test("the last message of a process that was asked to end is a loss, whoever asked", () => {
  const {connection, told} = watched();
  for (const msg_type of ["execute_request", "comm_info_request", "shutdown_request"]) {
    assert.deepEqual(told, []);
    connection.iopubMessage.emit({header: {session: "first"}, parent_header: {msg_type}});
  }
  assert.deepEqual(told, ["lost"]);
});

test("there are no listeners, timers or calls after stop", () => {
  const {model, connection, clock, kernel, told} = watched();
  connection.dispose();
  model.widget_manager.kernel = null;
  kernel.stop();
  clock.pass(10_000);
  const {statusChanged, connectionStatusChanged, disposed, iopubMessage} = connection;
  const slots = [statusChanged, connectionStatusChanged, disposed, iopubMessage].map(
    ({slots}) => slots.size,
  );
  assert.deepEqual([slots, model.listeners, told], [[0, 0, 0, 0], 0, ["lost"]]);
  assert.equal(kernel.following, false);
});

test("the id of the kernel is known only while that kernel has the widget", () => {
  const {model, kernel} = watched();
  model.set("kernel_id", "of-this-kernel");
  assert.equal(kernel.id, "of-this-kernel");
  model.comm_live = false;
  model.tell("comm_live_update");
  assert.equal(kernel.id, null);
});

test("the id of a kernel in a saved notebook is not used", () => {
  const {model, kernel} = watched(false);
  model.set("kernel_id", "of-another-kernel");
  assert.equal(kernel.id, null);
});
