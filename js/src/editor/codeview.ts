/** The text field: a CodeMirror view that mirrors a room. */
import {bracketMatching, indentOnInput} from "@codemirror/language";
import {highlightSelectionMatches, search} from "@codemirror/search";
import {Compartment, EditorState, Transaction} from "@codemirror/state";
import type {Extension} from "@codemirror/state";
import {
  EditorView,
  crosshairCursor,
  drawSelection,
  dropCursor,
  highlightActiveLine,
  highlightActiveLineGutter,
  lineNumbers,
  placeholder,
  rectangularSelection,
} from "@codemirror/view";
import type {Mirror, Room} from "../client/types";
import {CODE_ATTRIBUTES} from "../ui/dom";
import {isSuggested, setGhost} from "./ghost";
import {languageExtension, loadLanguage} from "./languages";
import {remoteCarets, showCarets} from "./remotecarets";
import {specialChars} from "./specialchars";
import {theme} from "./theme";
import {forgetUndo} from "./undo";

export interface CodeViewOptions {
  readonly room: Room;
  readonly readOnly: boolean;
  readonly nonce: string;
  /** Id of the element that describes what Tab does. */
  readonly hintId: string;
  /** Keys and suggestions. */
  readonly extensions: Extension;
  /** Called when the grammar of the room's language could not be loaded. */
  readonly onLanguageError: (error: unknown) => void;
}

/**
 * Text can always be selected and copied. It can be changed while the room accepts edits and the
 * host does not forbid it. Changes of others are applied at any time.
 */
export function codeView(options: CodeViewOptions) {
  const {room, nonce} = options;
  const writing = new Compartment();
  const language = new Compartment();
  let {readOnly} = options;
  let shown = {editable: false, language: ""};

  const mirror: Mirror = {
    apply(changes, whole) {
      const foreign = [Transaction.remote.of(true), Transaction.addToHistory.of(false)];
      view.dispatch({changes, annotations: foreign});
      if (whole) for (const step of forgetUndo()) view.dispatch(step);
    },
  };

  const view = new EditorView({
    doc: room.doc,
    extensions: [
      options.extensions,
      theme,
      nonce ? EditorView.cspNonce.of(nonce) : [],
      writing.of(writable(false)),
      language.of([]),
      EditorState.allowMultipleSelections.of(true),
      EditorState.changeFilter.of(
        tr => tr.annotation(Transaction.remote) === true || !tr.startState.readOnly,
      ),
      EditorView.contentAttributes.of({
        ...CODE_ATTRIBUTES,
        "aria-label": "Code",
        "aria-describedby": options.hintId,
      }),
      lineNumbers(),
      highlightActiveLine(),
      highlightActiveLineGutter(),
      specialChars,
      drawSelection(),
      dropCursor(),
      rectangularSelection(),
      crosshairCursor(),
      indentOnInput(),
      bracketMatching(),
      search({top: true}),
      highlightSelectionMatches(),
      remoteCarets(),
      // The caret is sent only after the editor has had the focus.
      EditorView.domEventHandlers({focus: report}),
    ],
    dispatchTransactions(transactions, target) {
      target.update(transactions);
      for (const tr of transactions) {
        if (!tr.docChanged || tr.annotation(Transaction.remote)) continue;
        room.edit(tr.changes, mirror, isSuggested(tr) ? ["suggested"] : []);
      }
      if (transactions.some(isOwnMove)) report();
    },
  });

  function report(): void {
    const {anchor, head} = view.state.selection.main;
    room.place({anchor, head});
  }

  function follow(): void {
    const now = {editable: room.state.editable && !readOnly, language: room.state.language};
    const effects = [];
    if (now.editable !== shown.editable) {
      effects.push(writing.reconfigure(writable(now.editable)));
      if (!now.editable) effects.push(setGhost.of(null));
    }
    if (now.language !== shown.language) {
      effects.push(language.reconfigure(languageExtension(now.language)));
      highlight(now.language).catch(options.onLanguageError);
    }
    shown = now;
    if (effects.length) view.dispatch({effects});
  }

  /** Without its grammar, a language is displayed as plain text. */
  async function highlight(name: string): Promise<void> {
    await loadLanguage(name);
    if (shown.language !== name) return;
    view.dispatch({effects: language.reconfigure(languageExtension(name))});
  }

  const detach = room.attach(mirror);
  const unmove = room.onCarets(() => showCarets(view, room.carets));
  const unsubscribe = room.subscribe(follow);
  follow();
  showCarets(view, room.carets);
  return {
    view,
    /** Loads the grammar of the room's language again. Rejects with `LoadError`. */
    highlight: () => highlight(room.state.language),
    setReadOnly(now: boolean) {
      readOnly = now;
      follow();
    },
    destroy() {
      unsubscribe();
      unmove();
      detach();
      view.destroy();
    },
  };
}

/** Whether a transaction moves the caret, other than by mapping it over changes of others. */
function isOwnMove(tr: Transaction): boolean {
  return !tr.annotation(Transaction.remote) && (tr.docChanged || tr.selection !== undefined);
}

function writable(yes: boolean): Extension {
  return yes ? placeholder("Start typing…") : EditorState.readOnly.of(true);
}
