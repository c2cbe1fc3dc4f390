/**
 * Makes a pass for a kernel that does not reach the Jupyter server by itself, so that it joins the
 * room of this widget, also while a cell runs.
 *
 * A page that is in the room offers a pass; a kernel that has no server of its own asks for it. The
 * pass is sent in a message, which is not saved with the notebook. It ends when this page leaves.
 */
import type {Room} from "../../client/types";
import type {MadePass} from "../../wire/passes";
import {onMessage, watch} from "./model";
import type {Model} from "./model";

export interface PassSource {
  make(client: string): Promise<MadePass>;
  leave(passId: string): Promise<unknown>;
}

/** Where the pass is valid: the base URL of the Jupyter server, and the room's id. */
export interface PassPlace {
  readonly server: string;
  readonly room: string;
}

/** Returns the function that ends it, and the passes that were made. */
export function offerPass(
  model: Model,
  room: Room,
  place: PassPlace,
  source: PassSource,
): () => void {
  const page = crypto.getRandomValues(new Uint32Array(4)).join("-");
  const made = new Set<string>();
  let offered = false;
  let ended = false;

  /** Offers once for each time that this page is in the room and the kernel is not. */
  function look(): void {
    const {clientId, status} = room.state;
    const inRoom = clientId !== "" && (status === "live" || status === "saving");
    if (!inRoom || model.get("_follows")) offered = false;
    else if (!offered) {
      offered = true;
      model.send({type: "offer_pass", page});
    }
  }

  async function make(): Promise<void> {
    try {
      const {passId, pass} = await source.make(room.state.clientId);
      if (ended) return void leave(passId);
      made.add(passId);
      model.send({type: "pass", id: passId, pass, ...place});
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (!ended) model.send({type: "no_pass", message});
    }
  }

  function leave(passId: string): void {
    made.delete(passId);
    // It may have ended already, and ends by itself without this page.
    source.leave(passId).catch(() => {});
  }

  const ends = [
    room.subscribe(look),
    watch(model, "_follows", look),
    onMessage(model, ({type, page: chosen, id}) => {
      if (type === "make_pass" && chosen === page) void make();
      if (type === "unused_pass" && made.has(id as string)) leave(id as string);
    }),
  ];
  look();
  return () => {
    ended = true;
    for (const end of ends) end();
    for (const passId of [...made]) leave(passId);
  };
}
