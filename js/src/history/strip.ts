/** The room's life as a strip below the slider: who wrote when, as far as it was read. */
import {h} from "../ui/dom";
import type {RevisionEntry} from "../wire/history";
import type {Step} from "./log";

/** More pieces than this are thinner than a pixel. */
const MOST = 400;

export interface LifeStrip {
  readonly element: HTMLElement;
  show(steps: Iterable<Step>, head: number, colour: (entry: RevisionEntry) => string): void;
}

export function lifeStrip(): LifeStrip {
  const element = h("div", {class: "pairedit-strip", "aria-hidden": "true"});
  let shown = "";
  return {
    element,
    show(steps, head, colour) {
      const pieces = joined(steps, Math.ceil(head / MOST));
      const key = `${head} ${pieces.map(({first, last}) => `${first}-${last}`).join()}`;
      if (key === shown) return;
      shown = key;
      element.replaceChildren(
        ...pieces.map(({first, last, entry}) => {
          const kind = entry.kind === "write" ? " pairedit-wrote" : "";
          const piece = h("span", {class: colour(entry) + kind});
          piece.style.left = `${(100 * (first - 1)) / head}%`;
          piece.style.width = `${(100 * (last - first + 1)) / head}%`;
          return piece;
        }),
      );
    },
  };
}

/** Steps, with those that are too short to be seen made part of the one before. */
function joined(steps: Iterable<Step>, least: number): Step[] {
  const pieces: Step[] = [];
  for (const step of steps) {
    const before = pieces.at(-1);
    const short = before && before.last - before.first + 1 < least;
    if (before && short && before.last === step.first - 1) {
      pieces[pieces.length - 1] = {...before, last: step.last};
    } else {
      pieces.push(step);
    }
  }
  return pieces;
}
