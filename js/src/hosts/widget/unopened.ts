/** What a widget displays while there is no editor: why, the last code, and what to do about it. */
import type {RunningCells} from "./cells";
import {lastCode} from "./fallback";
import type {LastCodeOptions} from "./fallback";
import type {KernelWatch} from "./kernel";
import type {RoomLifetime} from "./lifetime";
import {missing} from "./missing";
import type {Model} from "./model";
import type {Stage} from "./stage";

const OPENING = "Opening the editor…";
const BUSY = "The kernel is busy; the editor opens when the running cell has ended.";
const ELSEWHERE =
  "Pair editing needs JupyterLab or Notebook, connected to a Jupyter server with " +
  "jupyter_pairedit; this page is not. It opens no room. ";
const LAST_CODE = "Below is the last code";
const KERNEL_ONLY = "; what you change reaches the kernel only.";
const SAVED = "This notebook was saved with this code. ";
const SHUT_DOWN =
  "The kernel was shut down, and this editor left the room. This is its last code. ";
const LEFT = "This editor left the room. This is its last code. ";
const RECONNECT = "Reconnect to see the room as it is now.";
const JOIN_AGAIN = "Run the cell that joins the room to see it as it is now.";

interface Widget {
  readonly model: Model;
  readonly kernel: Pick<KernelWatch, "state" | "following">;
  readonly cells: Pick<RunningCells, "whenNone">;
  readonly lifetime: Pick<RoomLifetime, "connect">;
}

/** Returns the function that takes it away. */
export function unopened(
  root: HTMLElement,
  widget: Widget,
  stage: Exclude<Stage, {at: "open"}>,
): () => void {
  return lastCode(root, widget.model, options(widget, stage));
}

function options(widget: Widget, stage: Exclude<Stage, {at: "open"}>): LastCodeOptions {
  const {model, kernel, cells, lifetime} = widget;
  const again = ["Try again", () => lifetime.connect()] as const;
  // A kernel that is connected to the room takes no text from here.
  const writable = kernel.following && !model.get("_follows");
  const bound = writable ? {cells} : {};
  switch (stage.at) {
    case "loading":
      return {sentence: OPENING};
    case "waiting":
      return {sentence: BUSY, actions: [again]};
    case "asleep":
      return asleep(widget, stage.code);
    case "missing":
      return missing(model, stage, code => lifetime.connect(code));
    case "failed":
      if (!stage.writable || !writable) return {sentence: stage.sentence, actions: [again]};
      return {
        sentence: `${stage.sentence} ${LAST_CODE}${KERNEL_ONLY}`,
        actions: [again],
        ...bound,
      };
    case "elsewhere":
      return {
        sentence: ELSEWHERE + LAST_CODE + (writable ? KERNEL_ONLY : "."),
        ...bound,
      };
  }
}

function asleep({model, kernel, lifetime}: Widget, code: string | null): LastCodeOptions {
  const why = kernel.state === "shut down" ? SHUT_DOWN : code === null ? SAVED : LEFT;
  // The key of a guest was never saved.
  if (model.get("server")) return {code, sentence: why + JOIN_AGAIN};
  return {
    code,
    sentence: why + RECONNECT,
    actions: [["Reconnect", () => lifetime.connect()]],
  };
}
