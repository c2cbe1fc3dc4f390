/**
 * Keeps a widget's traits and a room equal: writes Python's `code` to the room, and reports the
 * room's code, people and state. A kernel that is connected to the room does this itself; then the
 * page reports its URL alone.
 *
 * Python counts its assignments. A report that the page sent before it knew of one must not undo
 * it, so the page reports the count that the room has, and no code while it has fewer.
 */
import type {Room} from "../../client/types";
import {pageTimers, throttle} from "../../ui/timing";
import type {Timers} from "../../ui/timing";
import type {RunningCells} from "./cells";
import {watch} from "./model";
import type {Model, Traits} from "./model";
import {WidgetProperties} from "./properties";
import type {Change} from "./properties";

/** The status while no page shows the editor; widget.py has the same. */
const NOT_SHOWN = "not shown";
/** Comm messages are for observers in Python, for which four a second are enough. */
const REPORT_MS = 250;

/** Returns the function that ends it, after a last report. Reports wait for running cells. */
export function followRoom(
  model: Model,
  room: Room,
  url: string,
  cells: Pick<RunningCells, "whenNone" | "cancel">,
  timers: Timers = pageTimers,
  change: Change | null = null,
): () => void {
  let taken = model.get("_writes_done") ?? 0;
  let asked = taken;
  let met = false;

  function take(): void {
    const count = model.get("_writes");
    if (count <= asked) return;
    if (model.get("_follows")) {
      asked = taken = count;
      return;
    }
    asked = count;
    // Every page that shows the notebook writes; the room carries out the first write.
    room.write(model.get("code"), [model.get("_writer"), count]);
  }

  function state(): Partial<Traits> {
    const {status, message, unsent, people} = room.state;
    const stored = status === "live" && unsent === 0;
    if (stored) taken = asked;
    met ||= status === "live" || status === "saving";
    const participants = people.map(({name}) => name);
    const now: Partial<Traits> = {_url: url, status, participants, ...properties.state()};
    now.message = message || properties.problem;
    if (stored) now._writes_done = taken;
    if (met && taken === asked) {
      now.code = room.doc.toString();
      now._version = stored ? room.state.version : null;
    }
    return now;
  }

  const report = (): void => {
    if (!model.get("_follows")) return send(model, state());
    const {_wants_done: done} = properties.state();
    send(model, {_url: url, ...(done === undefined ? {} : {_wants_done: done})});
    // Not sent. It is saved with the notebook.
    if (room.state.clientId) model.set("code", room.doc.toString());
  };
  /** The kernel has joined the room, or is not in it any more and leaves its last write to pages. */
  function followed(): void {
    if (!model.get("_follows")) asked = taken = Math.min(asked, model.get("_writes_done") ?? 0);
    take();
    soon();
  }

  const reports = throttle(() => cells.whenNone(report), REPORT_MS, timers);
  const soon = (): void => reports.put();
  const properties = new WidgetProperties(model, room, change, soon);
  const ends = [
    room.subscribe(() => {
      properties.take();
      soon();
    }),
    watch(model, "_wants", () => properties.take()),
    room.onCode(soon),
    watch(model, "_writes", take),
    watch(model, "_follows", followed),
    // Another page that has the notebook open left the room.
    watch(model, "status", () => {
      if (model.get("status") === NOT_SHOWN) soon();
    }),
  ];
  take();
  soon();
  return () => {
    for (const end of ends) end();
    reports.stop();
    cells.cancel(report);
    const last = model.get("_follows") ? {} : state();
    cells.whenNone(() => send(model, last));
  };
}

/** Reports that this page no longer shows the editor. */
export function reportNotShown(model: Model): void {
  if (model.get("_follows")) return;
  send(model, {status: NOT_SHOWN, message: "", participants: []});
}

/** Sends the traits that have changed. */
function send(model: Model, now: Partial<Traits>): void {
  let changed = false;
  for (const [name, value] of Object.entries(now) as [keyof Traits, Traits[keyof Traits]][]) {
    if (JSON.stringify(model.get(name)) === JSON.stringify(value)) continue;
    model.set(name, value);
    changed = true;
  }
  if (changed) model.save_changes();
}
