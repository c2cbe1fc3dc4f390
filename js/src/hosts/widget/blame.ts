/**
 * Tells the kernel who wrote which line, when Python asks for it with `ed.blame()`. The answer is
 * large, so it is not fetched unasked. A cell cannot wait for it; a later cell has it.
 */
import type {Room} from "../../client/types";
import type {Blame} from "../../wire/api";
import type {RunningCells} from "./cells";
import {onMessage} from "./model";
import type {Model} from "./model";

/**
 * Fetches and sends while no cell runs, and once for all that is asked meanwhile. Returns the function
 * that ends it. While the page is not in the room, it waits; if the server fails, Python has to ask
 * again.
 */
export function followBlame(
  model: Model,
  room: Room,
  fetchBlame: () => Promise<Blame>,
  cells: Pick<RunningCells, "whenNone" | "cancel">,
): () => void {
  let wanted = false;
  let fetching = false;
  let ended = false;

  async function answer(): Promise<void> {
    if (!wanted || fetching || ended || !joined(room)) return;
    wanted = false;
    fetching = true;
    const blame = await fetchBlame().catch(() => null);
    fetching = false;
    if (blame) cells.whenNone(() => ended || send(model, blame));
  }

  const soon = (): void => void answer();
  const look = (): void => {
    if (wanted) cells.whenNone(soon);
  };
  const asked = ({type}: {type?: unknown}): void => {
    if (type !== "blame" || fetching) return;
    wanted = true;
    look();
  };
  const ends = [room.subscribe(look), onMessage(model, asked), () => cells.cancel(soon)];
  return () => {
    ended = true;
    for (const end of ends) end();
  };
}

function send(model: Model, blame: Blame): void {
  model.set("_blame", blame);
  model.save_changes();
}

function joined({state}: Room): boolean {
  return state.clientId !== "" && (state.status === "live" || state.status === "saving");
}
