/** What a widget displays if its room does not exist: why, the last code, and how to make the room. */
import type {LastCodeOptions} from "./fallback";
import type {Model} from "./model";
import type {Stage} from "./stage";

const NEVER_MADE =
  "This room was never made: no page displayed this notebook while its kernel ran, and the kernel " +
  "reached no Jupyter server. " +
  "Below is the code that it was to have.";
const DELETED =
  "This room is no longer on this Jupyter server: it was deleted, or the notebook comes from another " +
  "server. Below is its last code.";
const UNKNOWN =
  "This Jupyter server has no such room: it was deleted, or the id is not complete or belongs to a " +
  "room of another server.";

/** `connect` opens the room, and makes it with the code that it is given. */
export function missing(
  model: Pick<Model, "get">,
  {code: met, deleted}: Pick<Extract<Stage, {at: "missing"}>, "code" | "deleted">,
  connect: (code: string | null) => void,
): LastCodeOptions {
  const code = met ?? model.get("code");
  return {
    code: met,
    sentence: deleted ? withLastCode(deleted, code) : reason(model, met !== null),
    actions: [
      [code ? "Make the room with this code" : "Make this room", () => connect(code)],
      ["Try again", () => connect(null)],
    ],
  };
}

function withLastCode(deleted: string, code: string): string {
  return code ? `${deleted} Below is its last code.` : deleted;
}

function reason(model: Pick<Model, "get">, met: boolean): string {
  // Only a page that was in the room sets it, and the notebook is saved with it.
  if (met || model.get("_writes_done") !== null) return DELETED;
  return model.get("create") ? NEVER_MADE : UNKNOWN;
}
