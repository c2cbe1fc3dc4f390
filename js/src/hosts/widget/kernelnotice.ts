/** The notice that Python no longer follows a room, with the lines that bind it again. */
import {copyButton} from "../../ui/copybutton";
import {h, liveRegion} from "../../ui/dom";
import {createNotice} from "../../ui/notice";
import type {KernelWatch} from "./kernel";
import type {Model} from "./model";

const LOST =
  "Python no longer follows this room: its kernel was restarted, replaced or ended. " +
  "You can go on typing. ";
const BIND = "To bind the room to Python again, run in a cell:";
const BIND_AS_GUEST = "To bind the room to Python again, run the cell that joins it by its link.";

export interface KernelNotice {
  readonly element: HTMLElement;
  destroy(): void;
}

/** The text of a cell that binds a room to a kernel which does not know it. */
export function joinCell(model: Pick<Model, "get">, roomId: string): string {
  const name = model.get("room_name");
  const verb = name && !/["\\]/.test(name) ? `open "${name}"` : `join ${roomId}`;
  return `%load_ext jupyter_pairedit\ned = %pairedit ${verb}\ned`;
}

/**
 * Displayed while `kernel` does not follow. `lines` is null for a guest, who joins by a link.
 * `focus` focuses the code.
 */
export function kernelNotice(
  kernel: Pick<KernelWatch, "following" | "subscribe">,
  lines: string | null,
  focus: () => void,
): KernelNotice {
  const notice = createNotice({name: "unbound", tone: "warn", focus});
  const update = (): void => {
    notice.display(kernel.following ? "" : LOST + (lines === null ? BIND_AS_GUEST : BIND));
  };
  const ends = [kernel.subscribe(update)];
  if (lines !== null) {
    const live = liveRegion();
    const copy = copyButton("Copy lines", "Lines copied.", () => lines, live.announce);
    notice.add(h("code", {class: "pairedit-lines", text: lines}), copy.element, live.element);
    ends.push(() => copy.destroy());
  }
  notice.action("Dismiss", () => {}, "pairedit-dismiss");
  update();
  return {
    element: notice.element,
    destroy() {
      for (const end of ends) end();
    },
  };
}
