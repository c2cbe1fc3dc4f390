/** The lines below the code about suggestions: where the code is sent, and why none comes. */
import type {RoomState} from "../client/types";
import {h, setText} from "../ui/dom";

/** Returns where the code of the room is sent; empty if it is not sent. */
export function sourceSentence({settings, source}: Pick<RoomState, "settings" | "source">): string {
  if (!source || !settings.suggestions) return "";
  const {by, host, local, problem} = source;
  if (problem) return problem;
  if (!host) return "";
  return local
    ? `What you write here is sent to ${by} on the machine of this server (${host}) for suggestions.`
    : `What you write here is sent to ${host} for suggestions.`;
}

export function suggestionNote() {
  const source = h("span", {class: "pairedit-source"});
  const reason = h("span", {class: "pairedit-reason"});
  const element = h("div", {class: "pairedit-suggesting"}, source, reason);
  const show = (part: HTMLElement, sentence: string): void => {
    setText(part, sentence);
    part.hidden = !sentence;
    element.hidden = source.hidden && reason.hidden;
  };
  show(source, "");
  show(reason, "");
  return {
    element,
    update: (state: RoomState) => show(source, sourceSentence(state)),
    /** Displays why there is no suggestion; empty removes it. */
    explain: (sentence: string) => show(reason, sentence),
  };
}
