/** The status of a room and its sentence for the person. */
import type {Welcome} from "../wire/protocol.gen";
import {isKnownDeletion} from "./closecodes";
import type {Connection} from "./connection";
import type {Sync} from "./sync";
import type {RoomState, Status} from "./types";

/** The state before the first message. */
export const unknown: RoomState = {
  status: "connecting",
  message: "",
  editable: false,
  orphan: null,
  patch: "",
  unsent: 0,
  overdue: 0,
  rescue: false,
  version: 0,
  replaced: null,
  people: [],
  typing: [],
  fingerprint: "",
  clientId: "",
  title: "",
  language: "",
  limit: 0,
  settings: {
    suggestions: true,
    guestsMayAsk: false,
    guestsSeeOutput: false,
    guestsSeeHtml: false,
  },
  changes: 0,
  seatWanted: null,
  role: "edit",
  guest: false,
  mayName: false,
  suggests: false,
  source: null,
  kernel: null,
  ran: false,
};

/** What `welcome` says of the room and of this client. */
export function welcomed(welcome: Welcome | null) {
  return {
    title: welcome?.title ?? "",
    language: welcome?.language ?? "",
    limit: welcome?.limit ?? 0,
    settings: welcome?.settings ?? unknown.settings,
    changes: welcome?.changes ?? 0,
    guest: welcome?.guest ?? false,
    mayName: welcome?.mayName ?? false,
    suggests: welcome?.autocomplete ?? false,
    source: welcome?.suggestions ?? null,
  };
}

const waiting =
  "The connection is lost. What you type is kept on this page and sent when it is back.";

/** A guest's page has no storage for a reload, and the browser lets it ask nothing. */
const guestWaiting =
  "The connection is lost. What you type is sent when it is back, and lost if you reload the page.";

const readingOn = "The connection is lost. Changes of others appear when it is back.";

const narrowed =
  "You can only read for now: those who share this editor have locked it or changed the link.";

const deletedMeanwhile = "It was deleted while this page was not connected.";

const lastText = "The text below is the last that was received.";

export function statusOf(sync: Sync, connection: Connection): [Status, string] {
  const {end} = connection;
  if (end?.status === "missing" && sync.loaded) {
    const deleted = isKnownDeletion(end.message) ? end.message : deletedMeanwhile;
    return ["missing", `${deleted} ${lastText}`];
  }
  if (end) return [end.status, end.message];
  if (!sync.loaded) return ["connecting", connection.message];
  const reads = sync.role === "view";
  if (!sync.following) {
    const writing = sync.welcome?.guest ? guestWaiting : waiting;
    return ["reconnecting", connection.message || (reads ? readingOn : writing)];
  }
  if (reads && !sync.unsent) return ["live", sync.narrowed ? narrowed : ""];
  const message = sync.held?.message ?? sync.notice;
  if (sync.held && sync.held.code !== "too_large") return ["read-only", message];
  if (sync.held) return ["unsaved", message];
  return [sync.unsent ? "saving" : "live", message];
}
