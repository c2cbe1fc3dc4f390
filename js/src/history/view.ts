/** The code as it was, to read: a CodeMirror view that nobody types in, with what changed marked. */
import type {ChangeSet, Extension, StateEffect, Text} from "@codemirror/state";
import type {DecorationSet} from "@codemirror/view";
import {h} from "../ui/dom";
import type {HistoryKit} from "./kit";
import type {Marks} from "./marks";

/** What is shown at a time. */
export interface Moment {
  readonly code: Text;
  /** What makes `code` of the one shown before, if it is known. */
  readonly way: ChangeSet | null;
  readonly marks: Marks;
  /** The class of the author's colour. */
  readonly colour: string;
  readonly label: string;
}

export interface HistoryView {
  readonly element: HTMLElement;
  show(moment: Moment): void;
  destroy(): void;
}

export function historyView(kit: HistoryKit): HistoryView {
  const {Compartment, EditorView} = kit;
  const {marking, mark} = marker(kit);
  const naming = new Compartment();
  const named = (label: string): Extension =>
    EditorView.contentAttributes.of({tabindex: "0", "aria-label": label});
  const view = new EditorView({extensions: [kit.reading(), naming.of(named("Code")), marking]});
  return {
    element: view.dom,
    show({code, way, marks, colour, label}) {
      // A change and not another text: what is looked at stays in its place.
      const changes = way ?? kit.smallestChange(view.state.doc, code);
      const effects: StateEffect<unknown>[] = [
        mark(marks, colour),
        naming.reconfigure(named(label)),
      ];
      const at = marks.inserted[0]?.from ?? marks.removed[0]?.at;
      if (at !== undefined) effects.push(EditorView.scrollIntoView(at, {yMargin: 80}));
      view.dispatch({changes, effects});
    },
    destroy: () => view.destroy(),
  };
}

/** Marks what came in, and shows what was taken away in its place. */
function marker({Decoration, EditorView, StateEffect, StateField, WidgetType}: HistoryKit) {
  const setMarks = StateEffect.define<DecorationSet>();
  const marking = StateField.define<DecorationSet>({
    create: () => Decoration.none,
    update: (marks, {effects}) =>
      effects.reduce((now, effect) => (effect.is(setMarks) ? effect.value : now), marks),
    provide: field => EditorView.decorations.from(field),
  });

  class RemovedText extends WidgetType {
    constructor(
      private readonly text: string,
      private readonly colour: string,
    ) {
      super();
    }

    override eq(other: RemovedText): boolean {
      return other.text === this.text && other.colour === this.colour;
    }

    override toDOM(): HTMLElement {
      return h("del", {class: `pairedit-removed ${this.colour}`, text: this.text});
    }
  }

  function mark({inserted, removed}: Marks, colour: string): StateEffect<DecorationSet> {
    const added = Decoration.mark({tagName: "ins", class: `pairedit-inserted ${colour}`});
    const marks = [
      ...inserted.map(({from, to}) => added.range(from, to)),
      ...removed.map(({at, text}) =>
        Decoration.widget({widget: new RemovedText(text, colour), side: -1}).range(at),
      ),
    ];
    return setMarks.of(Decoration.set(marks, true));
  }

  return {marking, mark};
}
