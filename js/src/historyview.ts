/** The code as it was, to read: a CodeMirror view that nobody types in, with what changed marked. */
import {ChangeSet, Compartment, EditorState, StateEffect, StateField} from "@codemirror/state";
import type {Extension, Text} from "@codemirror/state";
import {Decoration, EditorView, WidgetType, highlightSpecialChars, lineNumbers} from "@codemirror/view";
import type {DecorationSet} from "@codemirror/view";
import {h} from "./dom";
import type {Algebra} from "./historylog";
import type {Marks} from "./historymarks";
import {languageExtension} from "./languages";
import {smallestChange, toText} from "./text";
import {theme} from "./theme";

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

/** What history.js needs of CodeMirror, which it does not carry. */
export interface HistoryKit extends Algebra {
  view(): HistoryView;
}

export function historyKit(language: () => string, nonce: string): HistoryKit {
  return {
    readChanges: json => ChangeSet.fromJSON(json),
    toText,
    view: () => historyView(language(), nonce),
  };
}

const setMarks = StateEffect.define<DecorationSet>();

const markField = StateField.define<DecorationSet>({
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

function decorations({inserted, removed}: Marks, colour: string): DecorationSet {
  const mark = Decoration.mark({tagName: "ins", class: `pairedit-inserted ${colour}`});
  return Decoration.set(
    [
      ...inserted.map(({from, to}) => mark.range(from, to)),
      ...removed.map(({at, text}) =>
        Decoration.widget({widget: new RemovedText(text, colour), side: -1}).range(at),
      ),
    ],
    true,
  );
}

function historyView(language: string, nonce: string): HistoryView {
  const naming = new Compartment();
  const named = (label: string): Extension =>
    EditorView.contentAttributes.of({tabindex: "0", "aria-label": label});
  const view = new EditorView({
    extensions: [
      theme(),
      nonce ? EditorView.cspNonce.of(nonce) : [],
      EditorState.readOnly.of(true),
      EditorView.editable.of(false),
      naming.of(named("Code")),
      lineNumbers(),
      highlightSpecialChars(),
      languageExtension(language),
      markField,
    ],
  });
  return {
    element: view.dom,
    show({code, way, marks, colour, label}) {
      // A change and not another text: what is looked at stays in its place.
      const changes = way ?? smallestChange(view.state.doc, code);
      const effects: StateEffect<unknown>[] = [
        setMarks.of(decorations(marks, colour)),
        naming.reconfigure(named(label)),
      ];
      const at = marks.inserted[0]?.from ?? marks.removed[0]?.at;
      if (at !== undefined) effects.push(EditorView.scrollIntoView(at, {yMargin: 80}));
      view.dispatch({changes, effects});
    },
    destroy: () => view.destroy(),
  };
}
