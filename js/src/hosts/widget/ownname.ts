/** Takes the name that `%pairedit me` gives, if the cell was run from this page. */
import {watch} from "./model";
import type {GivenName, Model} from "./model";

/** The last name that this page took: a widget that is made later has it as well. */
let taken = "";

/** Returns the function that ends it. `keep` keeps the name in this browser. */
export function followName(
  model: Pick<Model, "get" | "on" | "off" | "widget_manager">,
  keep: (name: string) => void,
): () => void {
  function take(): void {
    const given = model.get("_me");
    if (!given || given.id === taken || given.page !== pageOf(model)) return;
    taken = given.id;
    keep(given.name);
  }
  take();
  return watch(model, "_me", take);
}

/** The id by which the kernel knows this page; null in a host that does not say it. */
function pageOf({widget_manager}: Pick<Model, "widget_manager">): GivenName["page"] | null {
  const found = widget_manager?.kernel as {readonly clientId?: unknown} | null | undefined;
  return typeof found?.clientId === "string" ? found.clientId : null;
}
