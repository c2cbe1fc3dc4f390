/**
 * Tells the kernel who wrote which line, for `ed.blame()`. A cell cannot wait for the page's answer,
 * so it is there before: as the code was when it last stood still, or when Python last asked.
 */
import type {Room} from "../../client/types";
import {pageTimers} from "../../ui/timing";
import type {Timers} from "../../ui/timing";
import type {Blame} from "../../wire/api";
import type {RunningCells} from "./cells";
import {hear} from "./model";
import type {Model} from "./model";

/** The answer is large, and nobody may want it: it is not fetched while somebody types. */
export const QUIET_MS = 2000;

/**
 * Asks the server while no cell runs. Returns the function that ends it. What cannot be had for now
 * is asked for again after the next change.
 */
export function followBlame(
  model: Model,
  room: Room,
  ask: () => Promise<Blame>,
  cells: Pick<RunningCells, "whenNone">,
  timers: Timers = pageTimers,
): () => void {
  let known = -1;
  let seen: number | null = null;
  let asking = false;
  let ended = false;
  let timer: number | null = null;

  async function refresh(): Promise<void> {
    if (asking || ended || room.state.version === known || !joined(room)) return;
    asking = true;
    try {
      const blame = await ask();
      known = blame.version;
      cells.whenNone(() => {
        if (ended) return;
        model.set("_blame", blame);
        model.save_changes();
      });
    } catch {
      return;
    } finally {
      asking = false;
    }
  }

  const refreshLater = (): void => cells.whenNone(soon);
  const soon = (): void => void refresh();

  function changed(): void {
    const version = joined(room) ? room.state.version : null;
    if (version === seen) return;
    seen = version;
    stopTimer();
    if (version !== null) timer = timers.setTimeout(refreshLater, QUIET_MS);
  }

  function stopTimer(): void {
    if (timer !== null) timers.clearTimeout(timer);
    timer = null;
  }

  const ends = [
    room.subscribe(changed),
    hear(model, ({type}) => {
      if (type === "blame") refreshLater();
    }),
  ];
  changed();
  return () => {
    ended = true;
    stopTimer();
    for (const end of ends) end();
  };
}

function joined({state}: Room): boolean {
  return state.clientId !== "" && (state.status === "live" || state.status === "saving");
}
