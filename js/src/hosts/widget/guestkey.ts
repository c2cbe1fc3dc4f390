/** What a page asks the kernel for, to enter a room as a guest: the key, and the editor. */
import {pageTimers} from "../../ui/timing";
import type {Timers} from "../../ui/timing";
import type {GuestLink} from "../../wire/links";
import {hear} from "./model";
import type {Model} from "./model";

export interface Given {
  readonly guest: GuestLink;
  readonly name: string;
  /** The files of the editor by name. */
  readonly files: ReadonlyMap<string, DataView>;
}

/** Of an attempt to open a room. */
export interface Attempt {
  /** Ends it. */
  readonly signal: AbortSignal;
  /** The kernel lets wait: it hears nobody while a cell runs. */
  readonly slow: () => void;
}

const SLOW_MS = 5000;

/** Never settles when the attempt is ended before the kernel has answered. */
export function askKernel(
  model: Model,
  {signal, slow}: Attempt,
  timers: Timers = pageTimers,
): Promise<Given> {
  const page = crypto.getRandomValues(new Uint32Array(4)).join("-");
  return new Promise(resolve => {
    const timer = timers.setTimeout(slow, SLOW_MS);
    const unhear = hear(model, ({type, page: asker, guest, name, files}, buffers) => {
      if (type !== "enter" || asker !== page) return;
      end();
      const named = new Map((files as string[]).map((file, i) => [file, buffers[i] as DataView]));
      resolve({guest: guest as GuestLink, name: String(name), files: named});
    });
    function end(): void {
      timers.clearTimeout(timer);
      unhear();
    }
    signal.addEventListener("abort", end, {once: true});
    model.send({type: "enter", page});
  });
}
