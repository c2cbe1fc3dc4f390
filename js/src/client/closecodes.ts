/** Whether to connect again after a connection ends or fails, and the message for the person. */
import {ApiError} from "../wire/api";
import {Close, NO_SUCH_ROOM} from "../wire/protocol.gen";
import type {EndStatus} from "./types";

/**
 * No further attempt is made until the person asks for one. `message` is shown below the text of
 * the status.
 */
export interface End {
  readonly status: EndStatus;
  readonly message: string;
}

/** The next attempt is made after at least `atLeast` milliseconds. */
export interface Again {
  readonly atLeast: number;
  readonly message?: string;
}

/** The message where the server does not know whether the room was deleted. */
const UNKNOWN_ROOM = "It was deleted, or the link is not complete.";

/** Codes of browsers and proxies. */
const tooBig = 1009;
const tryLater = 1013;

/** Milliseconds before the next attempt, where the server does not say how many. */
const someTime = 10_000;
/** Milliseconds, where it does. */
const leastWait = 1_000;
const longestWait = 60_000;

/** Consecutive internal errors after which the client stops. */
const mostErrors = 5;

/** Returns what follows a close. `errors` counts consecutive closes with 1011, with this one. */
export function afterClose(code: number, reason: string, errors: number): End | Again {
  switch (code) {
    case Close.NO_SUCH_ROOM:
      return end("missing", isKnownDeletion(reason) ? reason : UNKNOWN_ROOM);
    case Close.REPLACED:
      return end("replaced", "This editor has connected again from another place.");
    case Close.ROOM_DELETED:
      return end("closed", "The room was deleted. Copy the text if you want to keep it.");
    case Close.INVITE_NOT_VALID:
      return end("invalid", "It may not be complete: ask for it again.");
    case Close.INVITE_EXPIRED:
      return end("expired", "Open the link again, or ask for a new one.");
    case Close.INVITE_REVOKED:
      return end("revoked", "Ask the people who share this editor for a new link.");
    case Close.KICKED:
      return end("removed", "The people who share this editor have removed you.");
    case Close.PASS_ENDED: // For kernels, which have passes.
      return end("expired", reason);
    case Close.PASS_STOPPED:
      return end("revoked", reason);
    case Close.MALFORMED:
    case Close.FORBIDDEN:
      return end("refused", reason || "The server refused the connection.");
    case Close.INTERNAL:
      if (errors < mostErrors) break;
      return end("refused", "The server failed several times; its log says why. Try again later.");
    case Close.RATE:
    case tryLater:
      return again(pauseOf(reason), reason);
    case Close.STORAGE_LOST:
      return again(0, reason);
  }
  return {atLeast: 0};
}

/** Whether the reason of 1008, or the message made of it, says when the room was deleted. */
export function isKnownDeletion(sentence: string): boolean {
  return !["", NO_SUCH_ROOM, UNKNOWN_ROOM].includes(sentence);
}

/** Say what follows the error `room_full`. `waits`: another attempt is made without the person. */
export function roomFull(message: string, waits = false): End {
  const next = waits
    ? "Keep this page open: you join when there is a seat. It tries every 10 seconds."
    : "Try again when somebody has left.";
  return end("full", `${message} ${next}`);
}

/** Says what follows when a login was not confirmed; null to go on until the server ends it. */
export function afterConfirmation(error: unknown): End | null {
  if (!(error instanceof ApiError)) throw error;
  if (error.status === 409) {
    const message = "You are logged in as somebody else now. Try again to go on as that person.";
    return end("refused", message);
  }
  const next = error.status === 401 || error.status === 403 ? afterRefusal(error) : null;
  return next && "status" in next ? next : null;
}

/** Returns what follows when a request before or about the connection fails. */
export function afterRefusal(error: unknown): End | Again {
  if (!(error instanceof ApiError)) throw error;
  const {status, code, message} = error;
  if (status === 401 || status === 403) {
    return end(
      "refused",
      "You are not logged in to this Jupyter server. Log in in another tab, then try again.",
    );
  }
  if (status === 404 && code === "room_not_found") return afterClose(Close.NO_SUCH_ROOM, "", 0);
  if (status === 404) {
    return end(
      "refused",
      "This Jupyter server has no jupyter_pairedit extension. Install it where the server runs: " +
        "pip install jupyter_pairedit, then restart the server.",
    );
  }
  if (status === 0 || status === 429 || status >= 500) return {atLeast: 0, message};
  return end("refused", message);
}

/** The message if the server answers requests and its socket does not open. */
export const onlyTheSocketFails =
  "The server answers, but its WebSocket does not open. " +
  "If there is a proxy, configure it to allow WebSockets.";

/** Whether unsent text can never be sent, so that it is offered for copying. */
export function isForGood(code: number): boolean {
  // Expired, revoked, deleted, removed: the codes are consecutive.
  const over = code >= Close.INVITE_EXPIRED && code <= Close.KICKED;
  return over || code === Close.INVITE_NOT_VALID;
}

/** Whether the connection was closed for the size of the last message. */
export function wasTooBig(code: number): boolean {
  return code === tooBig;
}

/** The least milliseconds before the next attempt, after too many of something. */
function pauseOf(reason: string): number {
  const seconds = /\bwait ([0-9]{1,9}) s\./.exec(reason)?.[1];
  if (seconds === undefined) return someTime;
  return Math.min(Math.max(Number(seconds) * 1000, leastWait), longestWait);
}

function again(atLeast: number, message: string): Again {
  return message ? {atLeast, message} : {atLeast};
}

function end(status: EndStatus, message: string): End {
  return {status, message};
}
