/** A read-only CodeMirror view of the code at a version, with the changes marked. */
import type {ChangeSet, Extension, StateEffect, Text} from "@codemirror/state";
import type {DecorationSet} from "@codemirror/view";
import {CODE_ATTRIBUTES, h} from "../ui/dom";
import type {HistoryKit} from "./kit";
import type {Marks} from "./marks";

export interface Snapshot {
  readonly code: Text;
  /** The change from the snapshot displayed before to this one, if it is known. */
  readonly change: ChangeSet | null;
  readonly marks: Marks;
  /** The class of the author's colour. */
  readonly colour: string;
  readonly label: string;
}

export function historyView(kit: HistoryKit) {
  const {Compartment, EditorView} = kit;
  const {field, mark} = marker(kit);
  const labelling = new Compartment();
  const labelled = (label: string): Extension =>
    EditorView.contentAttributes.of({...CODE_ATTRIBUTES, tabindex: "0", "aria-label": label});
  const view = new EditorView({extensions: [kit.reading(), labelling.of(labelled("Code")), field]});
  return {
    element: view.dom,
    display({code, change, marks, colour, label}: Snapshot) {
      // A change keeps the scroll position, a new text would not.
      const changes = change ?? kit.smallestChange(view.state.doc, code);
      const effects: StateEffect<unknown>[] = [
        mark(marks, colour),
        labelling.reconfigure(labelled(label)),
      ];
      const at = marks.inserted[0]?.from ?? marks.removed[0]?.at;
      if (at !== undefined) effects.push(EditorView.scrollIntoView(at, {yMargin: 80}));
      view.dispatch({changes, effects});
    },
    destroy: () => view.destroy(),
  };
}

/** The field that draws inserted text in colour and removed text where it was. */
function marker(kit: HistoryKit) {
  const {Decoration, EditorView, StateEffect, StateField, WidgetType, withMarks} = kit;
  const setMarks = StateEffect.define<DecorationSet>();
  const field = StateField.define<DecorationSet>({
    create: () => Decoration.none,
    update: (marks, {effects}) =>
      effects.reduce((now, effect) => (effect.is(setMarks) ? effect.value : now), marks),
    provide: marks => EditorView.decorations.from(marks),
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
      return h("del", {class: `pairedit-removed ${this.colour}`}, ...withMarks(this.text));
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

  return {field, mark};
}
