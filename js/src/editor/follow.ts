/** Follows another person's caret by scrolling, until the person here types, scrolls or clicks. */
import {Prec, Transaction} from "@codemirror/state";
import type {Extension} from "@codemirror/state";
import {EditorView, ViewPlugin, keymap} from "@codemirror/view";
import type {RemoteCaret} from "../client/types";

export interface FollowState {
  /** The name of the followed person, which is unique in a room; null for nobody. */
  readonly name: string | null;
  readonly paused: boolean;
}

const nobody: FollowState = {name: null, paused: false};

/** The person whom one editor follows, if any. Following can be paused. */
export class Follow {
  state = nobody;

  constructor(
    /** Called after each change, with a sentence for screen readers. */
    private readonly changed: (sentence: string) => void,
  ) {}

  /** A person's chip was pressed: start, continue after a pause, or stop. */
  press(name: string): void {
    if (this.state.name === name && !this.state.paused) this.stop();
    else this.become({name, paused: false}, `Following ${name}. Esc stops.`);
  }

  /** The person here types, scrolls or clicks. */
  pause(): void {
    const {name, paused} = this.state;
    if (name !== null && !paused) this.become({name, paused: true}, "Following is paused.");
  }

  /** Returns false if nobody was followed, so that the key has its other effect. */
  stop(): boolean {
    if (this.state.name === null) return false;
    this.become(nobody, "Following has ended.");
    return true;
  }

  /** Sets the names of the people in the room. Stops if the followed person has left. */
  here(names: readonly string[]): void {
    if (this.state.name !== null && !names.includes(this.state.name)) this.stop();
  }

  /** Returns the position of the followed caret: of several, of the one that moved last. */
  target(carets: readonly RemoteCaret[]): number | null {
    const {name, paused} = this.state;
    if (name === null || paused) return null;
    const theirs = carets.filter(caret => caret.name === name && !caret.own);
    return theirs.sort((one, other) => other.moved - one.moved)[0]?.head ?? null;
  }

  private become(state: FollowState, sentence: string): void {
    this.state = state;
    this.changed(sentence);
  }
}

/** Lines that stay visible above and below the followed caret. */
const MARGIN = 3;
const SIDE = 40;

/**
 * Scrolls the editor, and nothing around it, so that the position `target` is visible. CodeMirror's
 * own command would scroll the notebook as well. `target` is called before each scroll and returns
 * null once the person has scrolled.
 */
export function reveal(view: EditorView, target: () => number | null): void {
  const measured = (measure: typeof top): number | null => {
    const position = target();
    return position === null ? null : measure(view, position);
  };
  view.requestMeasure({
    key: reveal,
    read: () => measured(top),
    write(scrollTop) {
      if (scrollTop !== null) view.scrollDOM.scrollTop = scrollTop;
      // The caret's position in its line can be measured once the line is drawn.
      view.requestMeasure({
        key: view.scrollDOM,
        read: () => measured(left),
        write: scrollLeft => {
          if (scrollLeft !== null) view.scrollDOM.scrollLeft = scrollLeft;
        },
      });
    },
  });
}

/** Returns where to scroll to, or null. Measured values are in screen pixels, which are scaled. */
function top(view: EditorView, position: number): number | null {
  const {scaleY, scrollDOM} = view;
  const [scrollTop, clientHeight] = [scrollDOM.scrollTop * scaleY, scrollDOM.clientHeight * scaleY];
  const line = view.lineBlockAt(Math.min(position, view.state.doc.length));
  const margin = Math.min(MARGIN * view.defaultLineHeight, clientHeight / 3);
  const above = line.top + view.documentPadding.top - margin;
  const below = line.bottom + view.documentPadding.top + margin - clientHeight;
  const far = above > scrollTop + 2 * clientHeight || below < scrollTop - 2 * clientHeight;
  if (far) return Math.max(0, (above + below) / 2 / scaleY);
  if (below > scrollTop) return below / scaleY;
  return above < scrollTop ? Math.max(0, above / scaleY) : null;
}

function left(view: EditorView, position: number): number | null {
  const at = view.coordsAtPos(Math.min(position, view.state.doc.length));
  if (!at) return null;
  const {scrollDOM, scaleX} = view;
  const {scrollLeft, clientWidth} = scrollDOM;
  const frame = scrollDOM.getBoundingClientRect();
  const content = view.contentDOM.getBoundingClientRect().left + scrollLeft * scaleX;
  const beyond = at.left + SIDE - (frame.left + clientWidth * scaleX);
  if (beyond > 0) return scrollLeft + beyond / scaleX;
  const hidden = content + SIDE - at.left;
  return hidden > 0 ? Math.max(0, scrollLeft - hidden / scaleX) : null;
}

const BARE = new Set(["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "Escape"]);

/** Pauses following as soon as the person types, scrolls or clicks here; Esc ends it. */
export function followKeys(follow: Follow): Extension {
  const pause = (): void => follow.pause();
  const pauseOnKey = ({key}: KeyboardEvent): void => {
    if (!BARE.has(key)) pause();
  };
  const gestures = ["wheel", "touchmove", "pointerdown"] as const;
  return [
    ViewPlugin.define(({scrollDOM}) => {
      // On the scroller, because the scroll bars are not part of the content.
      for (const type of gestures) scrollDOM.addEventListener(type, pause, {passive: true});
      scrollDOM.addEventListener("keydown", pauseOnKey, true);
      return {
        update({transactions}) {
          // Text that is pasted or dropped without a key.
          if (transactions.some(tr => tr.docChanged && !tr.annotation(Transaction.remote))) pause();
        },
        destroy() {
          for (const type of gestures) scrollDOM.removeEventListener(type, pause);
          scrollDOM.removeEventListener("keydown", pauseOnKey, true);
        },
      };
    }),
    Prec.high(keymap.of([{key: "Escape", run: () => follow.stop()}])),
  ];
}
