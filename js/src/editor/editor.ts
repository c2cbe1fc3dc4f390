/**
 * The editor: toolbar, code and hint for one room, with one part from the caller.
 */
import type {Room, RoomState} from "../client/types";
import {h, liveRegion, setText} from "../ui/dom";
import {loadStyles} from "../ui/load";
import {loadNotice} from "../ui/loadnotice";
import {ownName} from "../ui/ownname";
import {DEFAULTS, preferences} from "../ui/preferences";
import type {Preferences, SomePreferences} from "../ui/preferences";
import {DELAY_MS, autocomplete} from "./autocomplete";
import type {Complete} from "./autocomplete";
import {codeButton} from "./codebutton";
import {codeView} from "./codeview";
import {Follow, followKeys, reveal} from "./follow";
import {TabKey, keys} from "./keymap";
import {overSocket, whereAllowed} from "./complete";
import {followLabSettings} from "./labsettings";
import {languageName} from "./languagenames";
import {NamesMenu} from "./namesmenu";
import type {NamesMenuOptions} from "./namesmenu";
import {peopleList} from "./people";
import {runButton} from "./runbutton";
import type {RunLogin} from "./runbutton";
import {saveKey} from "./savekey";
import {statusLine} from "./statusline";
import {suggestionNote} from "./suggestionnote";
import {rememberAutocomplete, rememberedAutocomplete, toolbar} from "./toolbar";
import {unmergedNotice} from "./unmergednotice";
import {ViewSettings} from "./viewsettings";

/** Additional buttons and notices, such as those of members. */
export interface EditorPart {
  /** Buttons for the toolbar, before and after the common ones. */
  readonly before: readonly HTMLElement[];
  readonly after: readonly HTMLElement[];
  readonly notices: readonly HTMLElement[];
  update(state: RoomState): void;
  destroy(): void;
}

/** What a part receives from its editor. */
export interface PartContext {
  /** The element that a panel of the part covers. */
  readonly cover: HTMLElement;
  /** Focuses the code. */
  readonly focus: () => void;
  readonly mayWrite: () => boolean;
  /** Displays the output of a run. */
  readonly showRun: (run: number) => void;
  /** Announces a sentence to screen readers. */
  readonly announce: (sentence: string) => void;
}

export interface EditorOptions {
  readonly room: Room;
  /** Creates the part. Without it, the toolbar has only the switch for suggestions. */
  readonly part?: (context: PartContext) => EditorPart;
  /** Requests a suggestion. Without it, the request uses the room's socket. */
  readonly complete?: Complete;
  /** In a page the editor fills the window, in a widget it has a limited height. */
  readonly host: "page" | "widget";
  /** The nonce of the page's Content-Security-Policy, for CodeMirror's styles. */
  readonly nonce?: string;
  readonly readOnly?: boolean;
  /** Whether a pause brings a suggestion. false overrides the person's earlier choice. */
  readonly autocomplete?: boolean;
  /** The pause before a suggestion is requested, in milliseconds after the last key. */
  readonly autocompleteDelay?: number;
  /** The host's notices, which appear below the toolbar. */
  readonly notices: readonly HTMLElement[];
  /** Creates the room if it is missing. Without it, the editor does not offer that. */
  readonly onCreate?: () => Promise<void>;
  /** The login with which kernels are chosen; guests have none. */
  readonly runs?: RunLogin;
  /** The messages of the widget, whose kernel knows names. */
  readonly comm?: NamesMenuOptions["comm"];
}

export interface Editor {
  focus(): void;
  setReadOnly(readOnly: boolean): void;
  setAutocomplete(on: boolean): void;
  setAutocompleteDelay(ms: number): void;
  /** Removes the editor from the page. The room stays open: its host closes it. */
  destroy(): void;
}

const SAME = "A fingerprint of the code: both people see the same code when this is the same";
const VIEW_HINT = "You can read and copy the code, but not change it.";
let editors = 0;

/** Mounts an editor for `room` in `el`, whose size the caller sets. A room can have several. */
export function mountEditor(el: HTMLElement, options: EditorOptions): Editor {
  const {room} = options;
  const hint = h("span", {class: "pairedit-hint", id: `pairedit-hint-${++editors}`});
  const language = h("span", {class: "pairedit-language"});
  const fingerprint = h("span", {class: "pairedit-fingerprint", title: SAME});
  const live = liveRegion();
  const announce = live.announce;
  let wanted = options.autocomplete !== false && rememberedAutocomplete() !== false;
  let hostPreferences: SomePreferences = {};
  let delay = options.autocompleteDelay ?? DELAY_MS;

  const follow = new Follow(sentence => {
    announce(sentence);
    people.update(room.state, follow.state);
    keepUp();
  });
  const keepUp = (): void => {
    const target = (): number | null => follow.target(room.carets);
    if (target() !== null) reveal(code.view, target);
  };
  const note = suggestionNote();
  const run = runButton({login: options.runs, room, view: () => code.view, announce});
  const openName = (): void => void codeMenu.openName();
  const people = peopleList(name => follow.press(name), openName);
  people.element.addEventListener("keydown", event => {
    if (event.key === "Escape") follow.stop();
  });

  const focus = (): void => code.view.focus();
  const grammar = loadNotice({retry: () => code.highlight(), focus, announce});
  const styles = loadNotice({retry: loadStyles, focus, announce});
  loadStyles().catch((error: unknown) => styles.displayError(error));

  const tab = new TabKey(sentence => {
    announce(sentence);
    showHint();
  });
  const showHint = (): void =>
    setText(hint, room.state.role === "view" ? VIEW_HINT : tab.hint + run.hint);
  const saved = (): void => announce("Saved as you type.");
  const preferred = (): Preferences => ({...DEFAULTS, ...hostPreferences, ...preferences.own});
  const settings = new ViewSettings({
    tab,
    onSave: saved,
    onKeymap(said) {
      announce(said);
      showHint();
    },
  });
  const applyPreferences = (): void => {
    settings.apply(code.view, preferred());
    codeMenu.update();
  };
  const {api = null, roomId = ""} = options.runs ?? {};
  const names = new NamesMenu({
    ...{room, api, roomId, comm: options.comm ?? null, focus, announce},
    afterDot: () => preferred().afterDot,
  });
  const code = codeView({
    room,
    readOnly: options.readOnly ?? false,
    nonce: options.nonce ?? "",
    hintId: hint.id,
    onLanguageError: error => {
      grammar.displayError(error, `${languageName(room.state.language)} has no colours here.`);
    },
    extensions: [
      settings.extension,
      names.extension,
      autocomplete({
        complete: whereAllowed(room, options.complete ?? overSocket(room)),
        language: () => room.state.language,
        delay: () => delay,
        on: () => wanted,
        explain: note.explain,
        announce,
      }),
      followKeys(follow),
      keys({
        hostSearches: options.host === "widget",
        announce,
        tab,
        run: selection => run.key(selection),
      }),
    ],
  });
  const status = statusLine({
    onRetry: () => {
      room.retry();
      focus();
    },
    onCreate: options.onCreate,
    text: () => room.doc.toString(),
    focus,
    announce,
  });
  const tools = toolbar({
    autocomplete: wanted,
    onAutocomplete: on => {
      wanted = on;
      rememberAutocomplete(on);
      note.explain("");
    },
    announce,
  });
  const unmerged = unmergedNotice(room, focus, announce);
  let readOnly = options.readOnly ?? false;
  const mayWrite = (): boolean => room.state.editable && !readOnly;
  const part = options.part?.({
    ...{cover: code.view.dom, focus, mayWrite, announce},
    showRun: run.choose,
  });
  const codeMenu = codeButton({
    room,
    view: () => code.view,
    settings: {
      now: preferred,
      own: () => preferences.own,
      choose: change => preferences.choose(change),
      reset: () => preferences.reset(),
    },
    ownName,
    mayWrite,
    announce,
    inNotebook: options.host === "widget",
  });
  tools.element.prepend(run.element, codeMenu.element, ...(part?.before ?? []));
  tools.element.append(...(part?.after ?? []));

  const root = h(
    "section",
    {class: "pairedit", "data-host": options.host, "aria-label": "Pair editor"},
    h("div", {class: "pairedit-bar"}, status.element, people.element, tools.element),
    status.notice,
    unmerged.element,
    styles.element,
    grammar.element,
    names.element,
    codeMenu.notices,
    run.above,
    ...(part?.notices ?? []),
    ...options.notices,
    h("div", {class: "pairedit-code"}, code.view.dom),
    run.below,
    note.element,
    h("div", {class: "pairedit-foot"}, hint, fingerprint, language),
    live.element,
  );
  const update = (state: RoomState): void => {
    root.dataset.status = state.status;
    status.update(state);
    follow.here(state.people.map(({name}) => name));
    people.update(state, follow.state);
    unmerged.update(state);
    part?.update(state);
    tools.setOffered(part !== undefined || state.suggests);
    tools.setAllowed(state.settings.suggestions);
    note.update(state);
    codeMenu.update();
    run.update(state);
    showHint();
    setText(fingerprint, state.fingerprint.slice(0, 4));
    setText(language, state.language && languageName(state.language));
  };
  const ends = [
    room.subscribe(update),
    room.onCarets(keepUp),
    preferences.subscribe(applyPreferences),
    saveKey(root, options.host, saved),
  ];
  if (options.host === "widget") {
    const follow = (found: SomePreferences): void => {
      hostPreferences = found;
      applyPreferences();
    };
    ends.push(followLabSettings(root, follow));
  }
  update(room.state);
  applyPreferences();
  el.append(root);

  return {
    focus,
    setReadOnly(now) {
      readOnly = now;
      code.setReadOnly(now);
    },
    setAutocomplete(on) {
      wanted = on;
      tools.setAutocomplete(on);
    },
    setAutocompleteDelay(ms) {
      delay = ms;
    },
    destroy() {
      for (const end of ends) end();
      codeMenu.destroy();
      run.destroy();
      status.destroy();
      unmerged.destroy();
      part?.destroy();
      code.destroy();
      root.remove();
    },
  };
}
