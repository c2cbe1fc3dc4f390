/** JupyterLab's kernel connection, whose messages a test passes by hand. */
import type {KernelMessages} from "../../../src/hosts/widget/cells";

export class FakeSignal<T> {
  readonly slots = new Set<(sender: unknown, value: T) => void>();
  connect = (slot: (sender: unknown, value: T) => void): void => void this.slots.add(slot);
  disconnect = (slot: (sender: unknown, value: T) => void): void => void this.slots.delete(slot);
  emit(value: T): void {
    for (const slot of [...this.slots]) slot(this, value);
  }
}

type Passed = Parameters<Parameters<KernelMessages["anyMessage"]["connect"]>[0]>[1];

export class FakeKernel implements KernelMessages {
  readonly statusChanged = new FakeSignal<string>();
  readonly anyMessage = new FakeSignal<Passed>();
  private count = 0;

  constructor(public status: string) {}

  /** The page sends a request. Returns its id. */
  run(msg_type = "execute_request"): string {
    const msg_id = `request ${++this.count}`;
    const msg = {channel: "shell", header: {msg_type, msg_id}, parent_header: {}, content: {}};
    this.anyMessage.emit({msg, direction: "send"});
    return msg_id;
  }

  /** The kernel says that it begins or has ended a request. */
  publish(execution_state: "busy" | "idle", msg_id: string, msg_type = "execute_request"): void {
    const header = {msg_type: "status", msg_id: `status ${++this.count}`};
    const parent_header = {msg_type, msg_id};
    const msg = {channel: "iopub", header, parent_header, content: {execution_state}};
    this.anyMessage.emit({msg, direction: "recv"});
    this.say(execution_state);
  }

  /** JupyterLab has another status of the kernel. */
  say(status: string): void {
    if (status === this.status) return;
    this.status = status;
    this.statusChanged.emit(status);
  }
}
