/**
 * Tooltips at a position of the code: what @codemirror/autocomplete uses of those of
 * @codemirror/view, which editor.js does not have. They are in the top layer of the page, where the
 * frame of a widget does not clip them.
 */
import {Facet} from "@codemirror/state";
import {EditorView, ViewPlugin} from "@codemirror/view";
import type {Tooltip, TooltipView, ViewUpdate} from "@codemirror/view";

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Pixels between a tooltip and the edge of the window. */
const GAP = 4;

/**
 * The place of a tooltip in a window: below the text, or above it if it only fits there. Null if the
 * text is scrolled out of `code`.
 */
export function tooltipPlace(
  text: Box,
  size: {readonly width: number; readonly height: number},
  page: {readonly width: number; readonly height: number},
  code: Box,
): {left: number; top: number} | null {
  if (text.bottom <= code.top || text.top >= code.bottom) return null;
  const left = Math.max(GAP, Math.min(text.left, page.width - size.width - GAP));
  const below = page.height - GAP - text.bottom;
  const fits = size.height <= below || below >= text.top - GAP;
  return {left, top: fits ? text.bottom : Math.max(GAP, text.top - size.height)};
}

class Tooltips {
  private shown: {readonly tooltip: Tooltip; readonly made: TooltipView}[] = [];

  constructor(private readonly view: EditorView) {
    const {defaultView: page} = view.dom.ownerDocument;
    page?.addEventListener("scroll", this.measure, true);
    page?.addEventListener("resize", this.measure);
    this.follow(null);
  }

  update(update: ViewUpdate): void {
    this.follow(update);
  }

  destroy(): void {
    const {defaultView: page} = this.view.dom.ownerDocument;
    page?.removeEventListener("scroll", this.measure, true);
    page?.removeEventListener("resize", this.measure);
    for (const each of this.shown) this.remove(each.made);
  }

  /** The view that displays `tooltip`. */
  of(tooltip: Tooltip): TooltipView | null {
    return this.shown.find(each => each.tooltip === tooltip)?.made ?? null;
  }

  private follow(update: ViewUpdate | null): void {
    const before = this.shown;
    const now = this.view.state.facet(showTooltip).filter(each => each !== null);
    this.shown = now.map(tooltip => {
      const kept = before.find(each => each.tooltip.create === tooltip.create)?.made;
      if (update) kept?.update?.(update);
      return {tooltip, made: kept ?? this.make(tooltip)};
    });
    for (const {made} of before) {
      if (!this.shown.some(each => each.made === made)) this.remove(made);
    }
    this.measure();
  }

  private make(tooltip: Tooltip): TooltipView {
    const made = tooltip.create(this.view);
    made.dom.classList.add("cm-tooltip");
    made.dom.popover = "manual";
    // It has no place before it is measured.
    made.dom.style.visibility = "hidden";
    this.view.dom.append(made.dom);
    made.dom.showPopover?.();
    made.mount?.(this.view);
    return made;
  }

  private remove(made: TooltipView): void {
    made.dom.remove();
    made.destroy?.();
  }

  private readonly measure = (): void => {
    if (!this.shown.length) return;
    this.view.requestMeasure({
      key: this,
      read: view => this.shown.map(({tooltip, made}) => place(view, tooltip, made)),
      write: (places, view) => {
        places.forEach((to, index) => this.shown[index] && move(view, this.shown[index].made, to));
      },
    });
  };
}

type Place = ReturnType<typeof tooltipPlace>;

function place(view: EditorView, {pos}: Tooltip, {dom}: TooltipView): Place {
  const text = view.coordsAtPos(pos);
  const {width, height} = dom.getBoundingClientRect();
  return text && tooltipPlace(text, {width, height}, pageOf(view), codeOf(view));
}

function move(view: EditorView, made: TooltipView, to: Place): void {
  const {style} = made.dom;
  style.visibility = to ? "visible" : "hidden";
  if (!to) return;
  style.left = `${to.left}px`;
  style.top = `${to.top}px`;
  const {width, height} = pageOf(view);
  made.positioned?.({left: 0, top: 0, right: width, bottom: height});
}

function pageOf({dom}: EditorView): {width: number; height: number} {
  const {clientWidth: width, clientHeight: height} = dom.ownerDocument.documentElement;
  return {width, height};
}

function codeOf({scrollDOM}: EditorView): Box {
  return scrollDOM.getBoundingClientRect();
}

const plugin = ViewPlugin.fromClass(Tooltips);

export const showTooltip = Facet.define<Tooltip | null>({enables: plugin});

/** The view that displays a tooltip; null if it is not displayed. */
export function getTooltip(view: EditorView, tooltip: Tooltip): TooltipView | null {
  return view.plugin(plugin)?.of(tooltip) ?? null;
}
