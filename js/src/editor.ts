/**
 * The editor as a whole: bar, code and hint for one room. `mountEditor` is the product; the widget
 * and the pages are hosts that open a room and give it a place.
 */
import {complete} from "./api";
import {autocomplete} from "./autocomplete";
import type {Complete} from "./autocomplete";
import {codeView} from "./codeview";
import {h, setText} from "./dom";
import {Follow} from "./follow";
import {followKeys, reveal} from "./followview";
import {historyHost} from "./historyhost";
import {keys, tabHint} from "./keymap";
import {languageName} from "./languagenames";
import {liveRegion} from "./live";
import {orphanBar} from "./orphan";
import {peopleList} from "./people";
import {rememberAutocomplete, rememberedAutocomplete} from "./preference";
import type {Room, RoomState} from "./room";
import {statusLine} from "./statusline";
import {toolbar} from "./toolbar";

export {openRoom} from "./room";
export type {Room, RoomState} from "./room";

export interface EditorOptions {
  readonly room: Room;
  /** Jupyter's base URL, with a slash at its end. */
  readonly baseUrl: string;
  /** By which the room's history is asked for at the server. */
  readonly roomId: string;
  /** What "Copy link" copies: the room page's whole address. */
  readonly shareUrl: string;
  /** A page fills its window with the editor, a widget gives it some lines. */
  readonly host: "page" | "widget";
  /** Of the page's Content-Security-Policy, for CodeMirror's styles. */
  readonly nonce?: string;
  readonly readOnly?: boolean;
  /** Whether pauses bring suggestions; false wins over what the person chose before. */
  readonly autocomplete?: boolean;
  /** Milliseconds from the last key to the question. */
  readonly autocompleteDelay?: number;
  /** Where suggestions come from, if not from the server at `baseUrl`. */
  readonly complete?: Complete;
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
let editors = 0;

/** Puts an editor for `room` into `el`, which the caller sizes. Several may show one room. */
export function mountEditor(el: HTMLElement, options: EditorOptions): Editor {
  linkStyles();
  const {room} = options;
  const hint = h("span", {class: "pairedit-hint", id: `pairedit-hint-${++editors}`});
  const language = h("span", {class: "pairedit-language"});
  const fingerprint = h("span", {class: "pairedit-fingerprint", title: SAME});
  const live = liveRegion();
  const announce = live.say;
  let wanted = options.autocomplete !== false && rememberedAutocomplete() !== false;
  let delay = options.autocompleteDelay ?? DELAY_MS;

  const follow = new Follow(sentence => {
    announce(sentence);
    people.update(room.state, follow.state);
    keepUp();
  });
  const keepUp = (): void => {
    const caret = follow.target(room.carets);
    if (caret !== null) reveal(code.view, caret);
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
        complete: options.complete ?? complete(options.baseUrl),
        language: () => room.state.language,
        delay: () => delay,
        on: () => wanted,
        announce,
      }),
      followKeys(follow),
      keys({announce, tabSwitched: leaves => setText(hint, tabHint(leaves))}),
    ],
  });
  const status = statusLine({
    onRetry: () => {
      room.retry();
      code.view.focus();
    },
    onCreate: options.onCreate,
    text: () => room.doc.toString(),
    announce,
  });
  const tools = toolbar({
    shareUrl: options.shareUrl,
    autocomplete: wanted,
    onAutocomplete: on => {
      wanted = on;
      rememberAutocomplete(on);
    },
    announce,
  });
  const orphan = orphanBar(room, announce);
  let readOnly = options.readOnly ?? false;
  const history = historyHost({
    room,
    roomId: options.roomId,
    baseUrl: options.baseUrl,
    nonce: options.nonce ?? "",
    cover: code.view.dom,
    mayWrite: () => room.state.editable && !readOnly,
    announce,
  });
  tools.element.prepend(history.button);
  setText(hint, tabHint(false));

  const root = h(
    "section",
    {class: "pairedit", "data-host": options.host, "aria-label": "Pair editor"},
    h("div", {class: "pairedit-bar"}, status.element, people.element, tools.element),
    status.notice,
    orphan.element,
    history.notice,
    h("div", {class: "pairedit-code"}, code.view.dom),
    h("div", {class: "pairedit-foot"}, hint, fingerprint, language),
    live.element,
  );
  const show = (state: RoomState): void => {
    root.dataset.status = state.status;
    status.update(state);
    follow.here(state.people.map(({name}) => name));
    people.update(state, follow.state);
    orphan.update(state);
    history.update(state);
    setText(fingerprint, state.fingerprint.slice(0, 4));
    setText(language, state.language && languageName(state.language));
  };
  const ends = [room.subscribe(show), room.onCarets(keepUp)];
  show(room.state);
  el.append(root);

  return {
    focus: () => code.view.focus(),
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
      tools.destroy();
      orphan.destroy();
      history.destroy();
      code.destroy();
      root.remove();
    },
  };
}

/** The widget's page knows nothing of our styles; a page of ours has them in its head already. */
function linkStyles(): void {
  const {href} = new URL("editor.css", import.meta.url);
  const links = document.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"]');
  if ([...links].some(link => link.href === href)) return;
  document.head.append(h("link", {rel: "stylesheet", href}));
}
