/**
 * The editor as a whole: bar, code and hint for one room, and a place for one part of the caller's.
 */
import type {Room, RoomState} from "../client/types";
import {h, liveRegion, setText} from "../ui/dom";
import {autocomplete} from "./autocomplete";
import type {Complete} from "./autocomplete";
import {codeView} from "./codeview";
import {Follow, followKeys, reveal} from "./follow";
import {keys, tabHint} from "./keymap";
import {languageName} from "./languagenames";
import {peopleList} from "./people";
import {statusLine} from "./statusline";
import {rememberAutocomplete, rememberedAutocomplete, toolbar} from "./toolbar";
import {unmergedNotice} from "./unmergednotice";

/** Buttons and notices that an editor shows without knowing what they are for. */
export interface EditorPart {
  /** For the bar, before and after what everybody has there. */
  readonly before: readonly HTMLElement[];
  readonly after: readonly HTMLElement[];
  readonly notices: readonly HTMLElement[];
  update(state: RoomState): void;
  destroy(): void;
}

/** What an editor gives its part. */
export interface PartContext {
  /** What a panel of the part covers. */
  readonly cover: HTMLElement;
  /** Gives the focus to the code. */
  readonly focus: () => void;
  readonly mayWrite: () => boolean;
  /** Says a sentence to screen readers. */
  readonly announce: (sentence: string) => void;
}

export interface EditorOptions {
  readonly room: Room;
  /** Makes what else the editor shows; without it, the bar has no tools but suggestions. */
  readonly part?: (context: PartContext) => EditorPart;
  /** Asks for a suggestion; without it, the room's socket is asked. */
  readonly complete?: Complete;
  /** A page fills its window with the editor, a widget gives it some lines. */
  readonly host: "page" | "widget";
  /** Of the page's Content-Security-Policy, for CodeMirror's styles. */
  readonly nonce?: string;
  readonly readOnly?: boolean;
  /** Whether pauses bring suggestions; false wins over what the person chose before. */
  readonly autocomplete?: boolean;
  /** Milliseconds from the last key to the question. */
  readonly autocompleteDelay?: number;
  /** What the host has to say, below the bar. */
  readonly notices: readonly HTMLElement[];
  /** Makes the room that is missing; without it nothing is offered. */
  readonly onCreate?: () => Promise<void>;
}

export interface Editor {
  focus(): void;
  setReadOnly(readOnly: boolean): void;
  setAutocomplete(on: boolean): void;
  setAutocompleteDelay(ms: number): void;
  /** Takes the editor out of the page. The room stays open: its host closes it. */
  destroy(): void;
}

const DELAY_MS = 600;
const SAME = "A fingerprint of the code: both people see the same code when this is the same";
const VIEW_HINT = "You can read along and copy, but not type for now.";
let editors = 0;

/** Puts an editor for `room` into `el`, which the caller sizes. Several may show one room. */
export function mountEditor(el: HTMLElement, options: EditorOptions): Editor {
  linkStyles();
  const {room} = options;
  const hint = h("span", {class: "pairedit-hint", id: `pairedit-hint-${++editors}`});
  const language = h("span", {class: "pairedit-language"});
  const fingerprint = h("span", {class: "pairedit-fingerprint", title: SAME});
  const live = liveRegion();
  const announce = live.announce;
  let wanted = options.autocomplete !== false && rememberedAutocomplete() !== false;
  let tabLeaves = false;
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
  const people = peopleList(name => follow.press(name));
  people.element.addEventListener("keydown", event => {
    if (event.key === "Escape") follow.stop();
  });

  const code = codeView({
    room,
    readOnly: options.readOnly ?? false,
    nonce: options.nonce ?? "",
    hintId: hint.id,
    extensions: [
      autocomplete({
        complete: whereAllowed(room, options.complete ?? overSocket(room)),
        language: () => room.state.language,
        delay: () => delay,
        on: () => wanted,
        announce,
      }),
      followKeys(follow),
      keys({
        hostSearches: options.host === "widget",
        announce,
        tabSwitched(leaves) {
          tabLeaves = leaves;
          setText(hint, tabHint(leaves));
        },
      }),
    ],
  });
  const focus = (): void => code.view.focus();
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
    },
    announce,
  });
  const unmerged = unmergedNotice(room, focus, announce);
  let readOnly = options.readOnly ?? false;
  const part = options.part?.({
    cover: code.view.dom,
    focus,
    mayWrite: () => room.state.editable && !readOnly,
    announce,
  });
  tools.element.prepend(...(part?.before ?? []));
  tools.element.append(...(part?.after ?? []));

  const root = h(
    "section",
    {class: "pairedit", "data-host": options.host, "aria-label": "Pair editor"},
    h("div", {class: "pairedit-bar"}, status.element, people.element, tools.element),
    status.notice,
    unmerged.element,
    ...(part?.notices ?? []),
    ...options.notices,
    h("div", {class: "pairedit-code"}, code.view.dom),
    h("div", {class: "pairedit-foot"}, hint, fingerprint, language),
    live.element,
  );
  const show = (state: RoomState): void => {
    root.dataset.status = state.status;
    status.update(state);
    follow.here(state.people.map(({name}) => name));
    people.update(state, follow.state);
    unmerged.update(state);
    part?.update(state);
    tools.element.hidden = !part && !state.suggests;
    tools.setAllowed(state.settings.suggestions);
    setText(hint, state.role === "view" ? VIEW_HINT : tabHint(tabLeaves));
    setText(fingerprint, state.fingerprint.slice(0, 4));
    setText(language, state.language && languageName(state.language));
  };
  // After the page around the editor, which may have a file of its own to save.
  const onSave = (event: KeyboardEvent): void => {
    const ours = options.host === "page" || root.contains(event.target as Node);
    if (!ours || event.defaultPrevented || !isSave(event)) return;
    event.preventDefault();
    announce("Saved as you type.");
  };
  window.addEventListener("keydown", onSave);
  const ends = [
    room.subscribe(show),
    room.onCarets(keepUp),
    () => window.removeEventListener("keydown", onSave),
  ];
  show(room.state);
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
      status.destroy();
      unmerged.destroy();
      part?.destroy();
      code.destroy();
      root.remove();
    },
  };
}

/** Whether the browser would offer to save a copy of the page, which never is the code alone. */
function isSave({keyCode, ctrlKey, metaKey, altKey, shiftKey}: KeyboardEvent): boolean {
  return keyCode === 83 && (ctrlKey || metaKey) && !altKey && !shiftKey;
}

/** Asks for nothing while the room has no suggestions. */
function whereAllowed(room: Room, complete: Complete): Complete {
  return (...asked) =>
    room.state.settings.suggestions ? complete(...asked) : Promise.resolve(null);
}

/** Guests have no other way to the server. */
function overSocket(room: Room): Complete {
  return (_code, at, _language, signal) =>
    room.state.suggests ? room.suggest(at, signal) : Promise.resolve(null);
}

/** The widget's page knows nothing of our styles; a page of ours has them in its head already. */
function linkStyles(): void {
  // Where the kernel gave this file, it gave the styles as well.
  if (import.meta.url.startsWith("blob:")) return;
  const {href} = new URL("editor.css", import.meta.url);
  const links = document.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"]');
  if ([...links].some(link => link.href === href)) return;
  document.head.append(h("link", {rel: "stylesheet", href}));
}
