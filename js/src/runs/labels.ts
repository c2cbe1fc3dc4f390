/** The sentences about runs. Times are in seconds since 1970. */
import {isolated} from "../ui/names";
import {keyLabel} from "../ui/platform";
import type {RunChanged} from "../wire/protocol.gen";
import type {ChangedLines} from "./press";

/** "23 ms", "0.4 s", "12 s", "3 min 5 s". */
export function durationLabel(seconds: number): string {
  const positive = Math.max(0.001, seconds);
  if (positive < 0.095) return `${Math.round(positive * 1000)} ms`;
  if (positive < 9.95) return `${positive.toFixed(1)} s`;
  const whole = Math.round(positive);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** The state of a run in words: "Running for 3 s", "Done in 0.4 s". */
export function stateLabel(info: RunChanged, now: number): string {
  const {state, startedAt = 0, endedAt = 0} = info;
  const lasted = startedAt && endedAt ? durationLabel(endedAt - startedAt) : "";
  const after = lasted && ` after ${lasted}`;
  switch (state) {
    case "asked":
      return info.own ? "Waiting for the owner" : "Asked, not answered yet";
    case "queued":
      return "Waiting for the kernel";
    case "running":
      return `Running for ${Math.max(0, Math.floor(now - startedAt))} s`;
    case "done":
      return lasted ? `Done in ${lasted}` : "Done";
    case "error":
      return `Failed${after}`;
    case "stopped":
      return startedAt ? `Stopped${after}` : "Stopped before it began";
    case "died":
      return diedLabel(info).replace(/\.$/, "");
    case "refused":
      return "Refused";
    case "expired":
      return "Nobody has answered";
    case "withdrawn":
      return "Taken back";
  }
}

/** What has ended before the run: its kernel in some way, or the server. */
function diedLabel({detail}: RunChanged): string {
  return detail || "The kernel has ended.";
}

/** What there is to say below the state; empty if the state says it all. */
export function detailLabel({state, detail = "", leftOut = 0}: RunChanged): string {
  const why = state === "died" ? "" : detail;
  return [why, leftOut ? leftOutLabel(leftOut) : ""].filter(Boolean).join(" ");
}

/** Said once to screen readers when a run has ended; empty while it goes on. */
export function endLabel(info: RunChanged): string {
  switch (info.state) {
    case "done":
      return "Run finished.";
    case "error":
      return "Run failed.";
    case "stopped":
      return "Run stopped.";
    case "died":
      return diedLabel(info);
    case "refused":
      return "The run was refused.";
    case "expired":
      return "Nobody has answered whether the code may run.";
    default:
      return "";
  }
}

export function personLabel({by, guest}: Pick<RunChanged, "by" | "guest">): string {
  const name = isolated(by.trim() || "Somebody");
  return guest && !name.endsWith(" (guest)") ? `${name} (guest)` : name;
}

/** Who runs what: "You ran version 12", "Bob (guest) asked to run version 12; Ann agreed". */
export function deedLabel(info: RunChanged): string {
  const {own, guest, version, from, state, approver, inCell} = info;
  const who = own ? "You" : personLabel(info);
  const what = from === undefined ? `version ${version}` : `a part of version ${version}`;
  const asks = guest && (approver || ["asked", "refused", "expired", "withdrawn"].includes(state));
  const deed = asks ? `asked to run ${what}` : `ran ${what}`;
  const where = inCell ? " in a cell" : "";
  const agreed = approver ? `; ${isolated(approver)} agreed` : "";
  return `${who} ${deed}${where}${agreed}`;
}

/** A run in a menu, without its times: "7: Ann, version 12, done". */
export function choiceLabel(info: RunChanged): string {
  const {run, state, version, own} = info;
  const who = own ? "you" : personLabel(info);
  return `${run}: ${who}, version ${version}, ${CHOICES[state] ?? state}`;
}

/** States whose names on the wire are no words for people. */
const CHOICES: Partial<Record<RunChanged["state"], string>> = {
  queued: "waiting",
  error: "failed",
  died: "kernel ended",
  expired: "not answered",
  withdrawn: "taken back",
};

/** How many runs wait behind the one that is displayed: "; 2 more wait". */
export function waitingLabel(count: number): string {
  if (!count) return "";
  return `; ${count} more ${count === 1 ? "waits" : "wait"}`;
}

/** Asks whether to run a text of which somebody else has just changed lines. */
export function changedQuestion({first, last, removed}: ChangedLines, by: string): string {
  const who = by ? ` by ${isolated(by)}` : "";
  if (removed) return `Text was removed at line ${first} meanwhile${who}. Run it?`;
  if (first === last) return `Line ${first} was changed meanwhile${who}. Run it?`;
  return `Lines ${first} to ${last} were changed meanwhile${who}. Run them?`;
}

/** Said before the first run whose output guests may see. */
export function audienceQuestion(guests: readonly string[]): string {
  const names = guests.map(isolated);
  const all = [names.slice(0, -1).join(", "), names.at(-1)].filter(Boolean).join(" and ");
  const are = names.length === 1 ? "is here as a guest" : "are here as guests";
  return `${all} ${are}. Guests who may edit see what comes out. Run it?`;
}

function leftOutLabel(count: number): string {
  return `${count} more ${count === 1 ? "output was" : "outputs were"} left out.`;
}

/** The label and the title of the button. */
export function runKeys(): string {
  return `Shift-Enter or ${keyLabel("Mod-Enter")}; ${keyLabel("Alt-Shift-Enter")} for the selection`;
}
