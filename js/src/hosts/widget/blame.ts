/**
 * Tells the kernel who wrote which line. It cannot ask: a cell that runs hears no message, so the
 * answer lies there, not older than a second, before `ed.blame()` is called.
 */
import type {Room} from "../../client/types";
import {pageTimers, throttle} from "../../ui/timing";
import type {Timers} from "../../ui/timing";
import type {Blame} from "../../wire/api";
import type {Model} from "./model";

const REPORT_MS = 1000;

/**
 * Asks the server after changes of the room's code. Returns the function that ends it. What cannot
 * be had for now is asked for again with the next change.
 */
export function followBlame(
  model: Model,
  room: Room,
  ask: () => Promise<Blame>,
  timers: Timers = pageTimers,
): () => void {
  let known = -1;
  let asking = false;
  let ended = false;

  async function report(): Promise<void> {
    // A slow server gets one question at a time, and then the newest.
    if (asking || ended || room.state.version === known || !joined(room)) return;
    asking = true;
    try {
      const blame = await ask();
      if (ended) return;
      known = blame.version;
      model.set("_blame", blame);
      model.save_changes();
    } catch {
      return;
    } finally {
      asking = false;
    }
    if (room.state.version > known) reports.put();
  }

  const reports = throttle(() => void report(), REPORT_MS, timers);
  const unsubscribe = room.subscribe(({version}) => {
    if (version !== known) reports.put();
  });
  reports.put();
  return () => {
    ended = true;
    unsubscribe();
    // Whatever waits finds that it has ended.
    reports.flush();
  };
}

function joined({state}: Room): boolean {
  return state.clientId !== "" && (state.status === "live" || state.status === "saving");
}
