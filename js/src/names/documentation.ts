/** The signature and the documentation of a name, in a tooltip: on a key, or on hover. */
import {StateEffect, StateField} from "@codemirror/state";
import type {ChangeDesc, EditorState, Extension, Transaction} from "@codemirror/state";
import {EditorView, ViewPlugin} from "@codemirror/view";
import type {Command, Tooltip, ViewUpdate} from "@codemirror/view";
import {plainText} from "../runs/ansi";
import {h} from "../ui/dom";
import type {Timers} from "../ui/timing";
import {within} from "./deadline";
import type {NamesKernel} from "./kernel";
import {showTooltip} from "./tooltips";

/** Milliseconds that the mouse rests on a name. */
const HOVER_MS = 300;
/** Milliseconds for the kernel. */
const KERNEL_MS = 2000;
/** In UTF-16 units. */
const MOST_TEXT = 20_000;
/** How much is announced to screen readers, in UTF-16 units. */
const MOST_SPOKEN = 300;

interface Range {
  readonly from: number;
  readonly to: number;
}

interface Documented extends Range {
  /** Whether the mouse rests on the name. */
  readonly hovered: boolean;
  readonly create: () => {readonly dom: HTMLElement};
}

const CLASS = "pairedit-documentation";
const tooltips = new WeakSet<Tooltip>();

/** Whether a tooltip displays documentation. */
export function isDocumentation(tooltip: Tooltip): boolean {
  return tooltips.has(tooltip);
}

function tooltipOf({from: pos, create}: Documented): Tooltip {
  const tooltip = {pos, create};
  tooltips.add(tooltip);
  return tooltip;
}

const display = StateEffect.define<Documented | null>();

function next(shown: Documented | null, tr: Transaction): Documented | null {
  for (const effect of tr.effects) if (effect.is(display)) return effect.value;
  if (!shown || tr.selection) return null;
  const range = tr.docChanged ? moved(shown, tr.changes) : shown;
  return range && {...shown, ...range};
}

/** The place of a name after a change; null if the change touches it. */
function moved({from, to}: Range, changes: ChangeDesc): Range | null {
  if (changes.touchesRange(from, to)) return null;
  return {from: changes.mapPos(from, 1), to: changes.mapPos(to, -1)};
}

const field = StateField.define<Documented | null>({
  create: () => null,
  update: next,
  provide: self => showTooltip.from(self, shown => shown && tooltipOf(shown)),
});

/** Closes the tooltip. Returns false if there is none. */
export const closeDocumentation: Command = view => {
  if (!view.state.field(field, false)) return false;
  view.dispatch({effects: display.of(null)});
  return true;
};

export interface DocumentationOptions {
  readonly kernel: NamesKernel;
  readonly timers: Timers;
  /** Whether the menu of names is displayed. */
  readonly menu: (state: EditorState) => boolean;
  readonly announce: (sentence: string) => void;
}

const NOTHING = "Nothing is known about this.";

class Documentation {
  private question: {range: Range; readonly abort: AbortController} | null = null;
  private timer: number | null = null;
  /** The word under the mouse. */
  private word: Range | null = null;

  constructor(
    private readonly view: EditorView,
    private readonly options: DocumentationOptions,
  ) {}

  /** An answer for another text is not displayed. */
  update({docChanged, changes, transactions}: ViewUpdate): void {
    if (transactions.some(tr => tr.selection)) return this.stop();
    if (!docChanged) return;
    this.word = null;
    const range = this.question && moved(this.question.range, changes);
    if (this.question && range) this.question.range = range;
    else this.stop();
  }

  destroy(): void {
    this.stop();
  }

  /** Displays what is known about the name at `at`. */
  async ask(at: number, hovered: boolean): Promise<void> {
    this.stop();
    const {view, options} = this;
    const {kernel, timers, announce} = options;
    const code = view.state.doc.toString();
    const abort = new AbortController();
    const question = {range: view.state.wordAt(at) ?? {from: at, to: at}, abort};
    this.question = question;
    const ask = (signal: AbortSignal) => kernel.inspect(code, at, signal);
    const found = kernel.answers ? await within(KERNEL_MS, ask, timers, abort.signal) : "";
    if (abort.signal.aborted) return;
    this.question = null;
    const text = plainText(found ?? "").trim();
    if (!hovered) announce(text.slice(0, MOST_SPOKEN) || NOTHING);
    if (!text || (hovered && options.menu(view.state))) return;
    const {from, to} = question.range;
    const create = () => ({dom: this.element(text)});
    view.dispatch({effects: display.of({from, to, hovered, create})});
  }

  over(event: MouseEvent): void {
    const {view} = this;
    const at = event.buttons ? null : view.posAtCoords({x: event.clientX, y: event.clientY});
    const word = at === null ? null : view.state.wordAt(at);
    if (word && word.from === this.word?.from && word.to === this.word.to) return;
    this.leave();
    if (!word || at === null || !this.options.kernel.answers || this.options.menu(view.state)) {
      return;
    }
    this.word = word;
    this.timer = this.options.timers.setTimeout(() => void this.ask(at, true), HOVER_MS);
  }

  /** The mouse is on no name and on no tooltip. */
  leave(): void {
    if (this.word) this.stop();
    this.word = null;
    if (this.view.state.field(field, false)?.hovered) closeDocumentation(this.view);
  }

  private stop(): void {
    if (this.timer !== null) this.options.timers.clearTimeout(this.timer);
    this.timer = null;
    this.question?.abort.abort();
    this.question = null;
  }

  private element(text: string): HTMLElement {
    const cut = text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text;
    const dom = h("div", {class: CLASS, role: "tooltip"}, h("pre", {text: cut}));
    dom.addEventListener("mouseleave", () => this.leave());
    return dom;
  }
}

/** Returns the tooltip's extension, and the command that displays it for the caret. */
export function documentation(options: DocumentationOptions): {extension: Extension; ask: Command} {
  const plugin = ViewPlugin.define(view => new Documentation(view, options), {
    eventHandlers: {
      mousemove(event) {
        this.over(event);
      },
      mouseleave({relatedTarget}) {
        const onTooltip = (relatedTarget as Element | null)?.closest?.(`.${CLASS}`);
        if (!onTooltip) this.leave();
      },
    },
  });
  return {
    extension: [field, plugin],
    ask(view) {
      void view.plugin(plugin)?.ask(view.state.selection.main.head, false);
      return true;
    },
  };
}
