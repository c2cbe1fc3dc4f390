/** A coloured strip below the slider: who wrote which versions, as far as they were read. */
import {h} from "../ui/dom";
import type {RevisionEntry} from "../wire/history";
import type {Step} from "./log";

/** More pieces than this would be thinner than a pixel. */
const MOST_PIECES = 400;

export function authorStrip() {
  const element = h("div", {class: "pairedit-strip", "aria-hidden": "true"});
  let shown = "";
  return {
    element,
    update(steps: Iterable<Step>, head: number, colour: (entry: RevisionEntry) => string) {
      const pieces = joined(steps, Math.ceil(head / MOST_PIECES));
      const key = `${head} ${pieces.map(({first, last}) => `${first}-${last}`).join()}`;
      if (key === shown) return;
      shown = key;
      element.replaceChildren(
        ...pieces.map(({first, last, entry}) => {
          const written = entry.kind === "write" ? " pairedit-wrote" : "";
          const piece = h("span", {class: colour(entry) + written});
          piece.style.left = `${(100 * (first - 1)) / head}%`;
          piece.style.width = `${(100 * (last - first + 1)) / head}%`;
          return piece;
        }),
      );
    },
  };
}

/** The steps, with each step that follows one shorter than `least` versions joined to that one. */
function joined(steps: Iterable<Step>, least: number): Step[] {
  const pieces: Step[] = [];
  for (const step of steps) {
    const before = pieces.at(-1);
    const short = before && before.last - before.first + 1 < least;
    if (short && before.last === step.first - 1) {
      pieces[pieces.length - 1] = {...before, last: step.last};
    } else {
      pieces.push(step);
    }
  }
  return pieces;
}
