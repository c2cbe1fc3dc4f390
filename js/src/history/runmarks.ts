/** The runs of the room in its history: marks above the slider, and those of the displayed version. */
import {deedLabel, stateLabel} from "../runs/labels";
import {isExecuted} from "../runs/model";
import {button, h, setText} from "../ui/dom";
import {plain, titled} from "../ui/names";
import type {RunChanged} from "../wire/protocol.gen";
import type {RunRoutes} from "../wire/runs";

export interface RunMarksOptions {
  readonly runs: Pick<RunRoutes, "runs" | "now">;
  /** Displays the output of a run below the code. */
  readonly showRun: (run: number) => void;
  /** Displays a version. */
  readonly go: (version: number) => void;
}

/** As many runs of one version are listed, the newest first. */
const MOST = 3;

export function runMarks({runs: routes, showRun, go}: RunMarksOptions) {
  let runs: readonly RunChanged[] = [];
  let [version, head]: [number | null, number] = [null, 0];
  const markers = h("div", {class: "pairedit-flags pairedit-run-flags"});
  const list = h("div", {class: "pairedit-run-list"});

  function draw(): void {
    markers.replaceChildren(
      ...runs
        .filter(each => each.version <= head)
        .map(each => marker(each, head, sentence(each, routes.now()), go)),
    );
    const here = runs.filter(each => each.version === version).reverse();
    list.replaceChildren(
      ...here.slice(0, MOST).map(each => row(each, sentence(each, routes.now()), showRun)),
    );
    list.hidden = !here.length;
  }

  return {
    element: list,
    /** To be placed over the slider. */
    markers,
    async load() {
      // A server that runs nothing has no such route.
      runs = (await routes.runs().catch(() => [])).filter(isExecuted);
      draw();
    },
    /** Sets the displayed version; null while it is being read. */
    update(shown: number | null, newest: number) {
      if (shown === version && newest === head) return;
      [version, head] = [shown, newest];
      draw();
    },
  };
}

function row({run}: RunChanged, label: string, showRun: (run: number) => void): HTMLElement {
  const words = h("span");
  setText(words, label);
  return h(
    "div",
    {},
    words,
    button("Show its output", () => showRun(run)),
  );
}

function marker(
  {version, state}: RunChanged,
  head: number,
  label: string,
  go: (version: number) => void,
): HTMLElement {
  const element = button("", () => go(version), "pairedit-run-mark");
  element.dataset.state = state;
  element.title = titled(label);
  element.setAttribute("aria-label", `Go to version ${version}. ${plain(label)}`);
  element.style.left = `${head ? (100 * version) / head : 0}%`;
  // As the marks of restore points: the versions are reached by the slider.
  element.tabIndex = -1;
  return element;
}

/** "Ann ran version 12. Done in 0.4 s." */
export function sentence(run: RunChanged, now: number): string {
  return `${deedLabel(run)}. ${stateLabel(run, now)}.`;
}
