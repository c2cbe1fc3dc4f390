/** Requests a guest's key and the files of the editor from the kernel. */
import {pageTimers} from "../../ui/timing";
import type {Timers} from "../../ui/timing";
import type {GuestLink} from "../../wire/links";
import {onMessage} from "./model";
import type {Model} from "./model";

export interface Given {
  readonly guest: GuestLink;
  readonly name: string;
  /** The files of the editor by name. */
  readonly files: ReadonlyMap<string, DataView>;
}

/** An attempt to open a room. */
export interface Attempt {
  /** Aborts the attempt. */
  readonly signal: AbortSignal;
  /** Called if the kernel does not answer soon: it answers only between cells. */
  readonly slow: () => void;
}

const SLOW_MS = 5000;

/** Never settles if the attempt is aborted before the kernel has answered. */
export function askKernel(
  model: Model,
  {signal, slow}: Attempt,
  timers: Timers = pageTimers,
): Promise<Given> {
  const page = crypto.getRandomValues(new Uint32Array(4)).join("-");
  return new Promise(resolve => {
    const timer = timers.setTimeout(slow, SLOW_MS);
    const unsubscribe = onMessage(model, ({type, page: asker, guest, name, files}, buffers) => {
      if (type !== "enter" || asker !== page) return;
      end();
      const named = new Map((files as string[]).map((file, i) => [file, buffers[i] as DataView]));
      resolve({guest: guest as GuestLink, name: String(name), files: named});
    });
    function end(): void {
      timers.clearTimeout(timer);
      unsubscribe();
    }
    signal.addEventListener("abort", end, {once: true});
    model.send({type: "enter", page});
  });
}
