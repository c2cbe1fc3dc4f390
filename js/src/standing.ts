/** How a room stands, in a word and a sentence, from its parts. */
import type {Connection} from "./connection";
import type {RoomState, Status} from "./room";
import type {Sync} from "./sync";

/** Before anything is known. */
export const unknown: RoomState = {
  status: "connecting",
  message: "",
  editable: false,
  orphan: null,
  unsent: 0,
  overdue: 0,
  rescue: false,
  version: 0,
  replaced: 0,
  people: [],
  typing: [],
  fingerprint: "",
  clientId: "",
  title: "",
  language: "",
  limit: 0,
};

const waiting =
  "The connection is lost. What you type is kept on this page and sent when it is back.";

export function standing(sync: Sync, connection: Connection): [Status, string] {
  if (connection.end) return [connection.end.status, connection.end.message];
  if (!sync.loaded) return ["connecting", connection.message];
  if (!sync.following) return ["reconnecting", connection.message || waiting];
  const message = sync.held?.message ?? sync.notice;
  if (sync.held && sync.held.code !== "too_large") return ["read-only", message];
  if (sync.held) return ["unsaved", message];
  return [sync.unsent ? "saving" : "live", message];
}
