/**
 * The guest page: the same bytes for everybody, an origin of its own that nothing else has, and no
 * way to the server but one socket. The key in the address is taken out of it before all else.
 */
import type {Room} from "../client/types";
import {largeBar} from "../editor/largenotice";
import {overwrittenBar} from "../editor/replacednotice";
import {readGuestLink} from "../wire/links";
import type {GuestLink} from "../wire/links";
import {COPY_FIRST, guestWords, holdsText, isOut} from "./guestwords";
import type {GuestWords} from "./guestwords";

type EditorModule = typeof import("../bundle");

const link = readGuestLink(location.href);
hideKey();
let entered: Room | null = null;
// Another link, pasted over this one's address, changes nothing but the fragment.
window.addEventListener("hashchange", () => {
  if (!entered || !holdsText(entered.state)) return location.reload();
  hideKey();
  find("link-problem").textContent = COPY_FIRST;
});

const {nonce = ""} = document.body.dataset;
const loading = import("../bundle");

function hideKey(): void {
  history.replaceState(null, "", location.pathname);
}

function find<T extends HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (!element) throw new Error(`guest.html lacks #${id}`);
  return element as T;
}

const again = find<HTMLButtonElement>("again");
let onAgain = (): void => {};
again.addEventListener("click", () => onAgain());

/** The one of the page's parts that is to be seen. */
function show(part: "welcome" | "state" | "room"): void {
  find("door").hidden = part === "room";
  find("key-note").hidden = part !== "welcome";
  for (const id of ["welcome", "state", "room"]) find(id).hidden = id !== part;
}

function tell({head, sentence, retry}: GuestWords): void {
  for (const [id, text] of [["state-head", head], ["state-sentence", sentence]] as const) {
    const element = find(id);
    if (element.textContent !== text) element.textContent = text;
  }
  again.textContent = retry;
  again.hidden = !retry;
  show("state");
}

function ask(guest: GuestLink): void {
  const name = find<HTMLInputElement>("name");
  const problem = find("name-problem");
  const submit = (): void => {
    if (name.value.trim()) return void join(guest, name.value.trim());
    problem.textContent = "Expected a name, so that the others know who types.";
    name.setAttribute("aria-invalid", "true");
    name.focus();
  };
  find("join").addEventListener("click", submit);
  name.addEventListener("keydown", event => {
    if (event.key === "Enter" && !event.isComposing) submit();
  });
  name.addEventListener("input", () => {
    problem.textContent = "";
    name.removeAttribute("aria-invalid");
  });
  show("welcome");
  name.focus();
}

async function join(guest: GuestLink, name: string): Promise<void> {
  tell({head: "Joining…", sentence: "", retry: ""});
  let editor: EditorModule;
  try {
    editor = await loading;
  } catch {
    const sentence = "It did not come from the server. Open the link again to try once more.";
    return tell({head: "The editor could not be loaded", sentence, retry: ""});
  }
  enter(editor, guest, name);
}

function enter(editor: EditorModule, guest: GuestLink, name: string): void {
  const room = editor.openRoom({guest, name});
  entered = room;
  let inside = false;
  const follow = (): void => {
    const {state} = room;
    if (!inside && state.clientId && state.status !== "connecting") {
      inside = true;
      show("room");
      mount(editor, room);
    }
    if (!holdsText(state)) find("link-problem").textContent = "";
    find("guest-note").hidden = isOut(state);
    // Once there is a text it stays in sight, and the editor's own line says what is the matter.
    if (!inside) return tell(guestWords(state));
    const title = state.title || "Untitled room";
    if (find("room-title").textContent !== title) find("room-title").textContent = title;
    document.title = `${title} · Pair editor`;
  };
  onAgain = () => room.retry();
  room.subscribe(follow);
  follow();
  window.addEventListener("pagehide", event => {
    if (!event.persisted) room.close();
  });
}

function mount({mountEditor, smallestChange}: EditorModule, room: Room): void {
  const focus = (): void => mounted.focus();
  const bars = [overwrittenBar(room, smallestChange, focus), largeBar(room, focus)];
  const notices = bars.map(({element}) => element);
  const mounted = mountEditor(find("editor"), {room, host: "page", nonce, notices});
  focus();
}

if (link) ask(link);
else {
  const sentence =
    "A guest link ends with its key, after the #. If you have reloaded the page, open the link " +
    "again: its key is kept nowhere, so that nobody finds it in this browser.";
  tell({head: "Open the link again", sentence, retry: ""});
}
