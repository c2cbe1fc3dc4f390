/** What a page asks the kernel for, to enter a room as a guest: the key, and the editor. */
import {pageTimers} from "../../ui/timing";
import type {Timers} from "../../ui/timing";
import type {GuestLink} from "../../wire/links";
import {hear} from "./model";
import type {Model} from "./model";

export interface Given {
  readonly guest: GuestLink;
  readonly name: string;
  readonly script: DataView;
  readonly styles: DataView;
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
    const unhear = hear(model, ({type, page: asker, guest, name}, [script, styles]) => {
      if (type !== "enter" || asker !== page || !script || !styles) return;
      end();
      resolve({guest: guest as GuestLink, name: String(name), script, styles});
    });
    function end(): void {
      timers.clearTimeout(timer);
      unhear();
    }
    signal.addEventListener("abort", end, {once: true});
    model.send({type: "enter", page});
  });
}
