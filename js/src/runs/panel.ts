/** The panel below the code: what a run has given, who ran which version, and its state in words. */
import {button, h, setText} from "../ui/dom";
import {plain} from "../ui/names";
import type {RunChanged} from "../wire/protocol.gen";
import {choiceLabel, deedLabel, detailLabel, endLabel, stateLabel, waitingLabel} from "./labels";
import {isExecuted, isOver, isStarted, runToShow} from "./model";
import type {Entry, RunsModel} from "./model";
import {OutputList} from "./outputs";
import type {OutputContext} from "./output";

export interface PanelOptions extends Omit<OutputContext, "go" | "lineOf" | "dark"> {
  readonly model: RunsModel;
  /** The server's time in seconds since 1970. */
  readonly now: () => number;
  /** Moves the caret to a line of a version. */
  readonly go: (version: number, line: number) => void;
  /** The line of a run's version at which its code begins, less one. */
  readonly offset: (info: RunChanged) => number;
  readonly stop: (run: number) => void;
  readonly withdraw: (run: number) => void;
  readonly mayStop: (info: RunChanged) => boolean;
  /** Reads the outputs of an earlier run; does nothing for guests. */
  readonly read: (run: number) => void;
  readonly focus: () => void;
  readonly announce: (sentence: string) => void;
}

const NO_OUTPUT = "No output";
/** Seconds after the end of a run in which it is announced. */
const RECENT = 10;

export class RunPanel {
  readonly element: HTMLElement;
  private readonly state = h("span", {class: "pairedit-run-state"});
  private readonly deed = h("span", {class: "pairedit-run-deed"});
  private readonly detail = h("p", {class: "pairedit-run-detail"});
  private readonly list: OutputList;
  private readonly choice = h("select", {class: "pairedit-run-choice", "aria-label": "Run"});
  private readonly stop = button("Stop", () => this.press(), "pairedit-stop");
  private readonly clear = button("Clear", () => this.clearOutputs());
  private selected = 0;
  /** The run that the person has chosen; it stays until they run something. */
  private chosen = false;
  private closed = 0;
  private cleared = new Set<unknown>();
  /** The last run whose end was announced. */
  private announced = 0;
  private frame = 0;
  private timer = 0;
  private readonly unsubscribe: () => void;
  private readonly themes = new MutationObserver(() => this.schedule());
  private readonly darkPages = matchMedia("(prefers-color-scheme: dark)");

  constructor(private readonly options: PanelOptions) {
    this.list = new OutputList({
      lineOf: line => line + this.offset,
      go: line => options.go(this.entry?.info.version ?? 0, line),
      dark: () => this.element.hasAttribute("data-dark"),
      nonce: options.nonce,
    });
    const close = button("Close", () => this.close(), "pairedit-close");
    const actions = h(
      "div",
      {class: "pairedit-actions"},
      this.choice,
      this.stop,
      this.clear,
      close,
    );
    const words = h("div", {class: "pairedit-run-words"}, this.state, this.deed);
    this.element = h(
      "section",
      {class: "pairedit-run", "aria-label": "Output of the code"},
      h("div", {class: "pairedit-run-head"}, words, actions),
      this.detail,
      this.list.element,
    );
    this.element.hidden = true;
    this.choice.addEventListener("change", () => this.choose(Number(this.choice.value)));
    this.unsubscribe = options.model.subscribe(() => this.schedule());
    // JupyterLab names its theme on the body.
    this.themes.observe(document.body, {attributes: true});
    this.darkPages.addEventListener("change", this.schedule);
    this.schedule();
  }

  /** Displays a run, such as one of the history. */
  choose(run: number): void {
    this.select(run);
    this.chosen = true;
    this.closed = 0;
    const entry = this.entry;
    if (entry && !entry.outputs.length && isExecuted(entry.info)) this.options.read(run);
    this.draw();
  }

  /** The person runs something: the panel goes on with the newest run. */
  release(): void {
    this.chosen = false;
  }

  destroy(): void {
    this.unsubscribe();
    this.themes.disconnect();
    this.darkPages.removeEventListener("change", this.schedule);
    cancelAnimationFrame(this.frame);
    window.clearTimeout(this.timer);
    this.element.remove();
  }

  private get entry(): Entry | null {
    return this.options.model.get(this.selected);
  }

  private get offset(): number {
    const entry = this.entry;
    return entry ? this.options.offset(entry.info) : 0;
  }

  /** Draws at most once for each frame, however much arrives. */
  private readonly schedule = (): void => {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  };

  private select(run: number): void {
    if (run === this.selected) return;
    this.selected = run;
    this.list.clear();
    this.cleared = new Set();
  }

  private draw(): void {
    const {model, now} = this.options;
    const runs = model.runs.filter(({info}) => isExecuted(info) || info.own);
    const newest = runs.at(-1)?.info.run ?? 0;
    if (!this.chosen || !this.entry) this.select(runToShow(runs)?.info.run ?? 0);
    const {entry} = this;
    this.element.hidden = !entry || this.closed >= newest;
    if (!entry || this.element.hidden) return;
    const {info} = entry;
    this.element.dataset.state = info.state;
    this.followTheme();
    setText(this.state, stateLabel(info, now()));
    const waiting = runs.filter(each => each.info.state === "queued" && each !== entry);
    setText(this.deed, `${deedLabel(info)}${waitingLabel(waiting.length)}`);
    const detail = detailLabel(info);
    setText(this.detail, detail);
    this.detail.hidden = !detail;
    const shown = entry.outputs.filter(output => !this.cleared.has(output));
    const ended = isOver(info) && isExecuted(info);
    const nothing = this.cleared.size ? "Cleared in this view" : NO_OUTPUT;
    this.list.update(shown, ended && !shown.length ? nothing : "");
    this.list.element.hidden = !isStarted(info) && !shown.length;
    this.clear.hidden = !shown.length;
    this.drawStop(info);
    this.drawChoice(runs);
    this.announceEnd(info);
    window.clearTimeout(this.timer);
    if (info.state === "running") this.timer = window.setTimeout(() => this.schedule(), 1000);
  }

  private followTheme(): void {
    const dark = isDark(this.element);
    if (dark === this.element.hasAttribute("data-dark")) return;
    this.element.toggleAttribute("data-dark", dark);
    this.list.clear();
  }

  private drawStop(info: RunChanged): void {
    const asked = info.state === "asked";
    const hadFocus = document.activeElement === this.stop;
    setText(this.stop, asked ? "Take back" : "Stop");
    this.stop.hidden = isOver(info) || (asked ? !info.own : !this.options.mayStop(info));
    if (hadFocus && this.stop.hidden) this.options.focus();
  }

  private drawChoice(runs: readonly Entry[]): void {
    this.choice.hidden = runs.length < 2;
    const all = [...runs].reverse();
    const labels = all.map(({info}) => plain(choiceLabel(info)));
    const key = all.map(({info}) => `${info.run} ${info.state}`).join();
    if (this.choice.dataset.key !== key) {
      this.choice.dataset.key = key;
      this.choice.replaceChildren(
        ...all.map(({info}, index) =>
          h("option", {value: String(info.run), text: labels[index] ?? ""}),
        ),
      );
    }
    this.choice.value = String(this.selected);
  }

  private announceEnd(info: RunChanged): void {
    const end = endLabel(info);
    if (!end || info.run <= this.announced) return;
    this.announced = info.run;
    // An earlier run, which the page has just received, is no news.
    const ago = this.options.now() - (info.endedAt ?? 0);
    if (ago < RECENT) this.options.announce(end);
  }

  private press(): void {
    const {entry, options} = this;
    if (entry?.info.state === "asked") options.withdraw(this.selected);
    else options.stop(this.selected);
  }

  private clearOutputs(): void {
    this.cleared = new Set(this.entry?.outputs);
    this.draw();
    this.options.focus();
  }

  private close(): void {
    const runs = this.options.model.runs;
    this.closed = runs.at(-1)?.info.run ?? 0;
    this.chosen = false;
    this.draw();
    this.options.focus();
  }
}

/** Whether the text of an element is light, and its background therefore dark. */
function isDark(element: HTMLElement): boolean {
  const canvas = document.createElement("canvas").getContext("2d");
  if (!canvas) return false;
  // The canvas turns any colour of CSS into numbers.
  canvas.fillStyle = getComputedStyle(element).color;
  canvas.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = canvas.getImageData(0, 0, 1, 1).data;
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140;
}
