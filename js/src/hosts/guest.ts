/**
 * The guest page. It is the same for every room, has an opaque origin, and reaches the server only
 * through one WebSocket. The key is removed from the address before anything else runs.
 */
import type {Room} from "../client/types";
import {largeNotice} from "../editor/largenotice";
import {guestReplacedNotice} from "../editor/replacednotice";
import {find, setText} from "../ui/dom";
import {shortened} from "../ui/names";
import {readGuestLink} from "../wire/links";
import type {GuestLink} from "../wire/links";
import {Lengths} from "../wire/protocol.gen";
import {COPY_FIRST, guestStatus, isOut} from "./gueststatus";
import type {GuestStatus} from "./gueststatus";
import {holdsText} from "./leaving";

type EditorModule = typeof import("../bundle");

const link = readGuestLink(location.href);
hideKey();
let entered: Room | null = null;
// Opening another link in this page changes only the fragment.
window.addEventListener("hashchange", () => {
  if (!entered || !holdsText(entered.state)) return location.reload();
  hideKey();
  setText(find("link-problem"), COPY_FIRST);
});

const {nonce = ""} = document.body.dataset;
const loading = import("../bundle");

function hideKey(): void {
  history.replaceState(null, "", location.pathname);
}

const again = find<HTMLButtonElement>("again");
let retry = (): void => {};
again.addEventListener("click", () => retry());

/** Displays one of the three parts of the page. */
function open(part: "welcome" | "state" | "room"): void {
  find("sheet").hidden = part === "room";
  find("key-note").hidden = part !== "welcome";
  for (const id of ["welcome", "state", "room"]) find(id).hidden = id !== part;
}

function displayStatus({head, sentence, retry: label}: GuestStatus): void {
  setText(find("state-head"), head);
  setText(find("state-sentence"), sentence);
  setText(again, label);
  again.hidden = !label;
  open("state");
}

function askName(guest: GuestLink): void {
  const name = find<HTMLInputElement>("name");
  const problem = find("name-problem");
  const submit = (): void => {
    const shown = shortened(name.value.trim(), Lengths.NAME);
    if (shown) return void join(guest, shown);
    setText(problem, "Enter a name, so that others know who types.");
    name.setAttribute("aria-invalid", "true");
    name.focus();
  };
  find("join").addEventListener("click", submit);
  name.addEventListener("keydown", event => {
    if (event.key === "Enter" && !event.isComposing) submit();
  });
  name.addEventListener("input", () => {
    setText(problem, "");
    name.removeAttribute("aria-invalid");
  });
  open("welcome");
  name.focus();
}

async function join(guest: GuestLink, name: string): Promise<void> {
  displayStatus({head: "Joining…", sentence: "", retry: ""});
  let editor: EditorModule;
  try {
    editor = await loading;
  } catch {
    const sentence = "Open the link again to retry.";
    return displayStatus({head: "The editor could not be loaded", sentence, retry: ""});
  }
  enter(editor, guest, name);
}

function enter(editor: EditorModule, guest: GuestLink, name: string): void {
  const room = editor.openRoom({guest, name});
  entered = room;
  let inside = false;
  const update = (): void => {
    const {state} = room;
    if (!inside && state.clientId && state.status !== "connecting") {
      inside = true;
      open("room");
      mount(editor, room);
    }
    if (!holdsText(state)) setText(find("link-problem"), "");
    find("guest-note").hidden = isOut(state);
    // The editor stays once it is there; its status line displays what is wrong.
    if (!inside) return displayStatus(guestStatus(state));
    const title = state.title || "Untitled room";
    setText(find("room-title"), title);
    document.title = `${title} · Pair editor`;
  };
  retry = () => room.retry();
  room.subscribe(update);
  update();
  window.addEventListener("pagehide", event => {
    if (!event.persisted) room.close();
  });
}

function mount({mountEditor, smallestChange}: EditorModule, room: Room): void {
  const focus = (): void => mounted.focus();
  const notices = [guestReplacedNotice(room, smallestChange, focus), largeNotice(room, focus)];
  const elements = notices.map(({element}) => element);
  const mounted = mountEditor(find("editor"), {room, host: "page", nonce, notices: elements});
  focus();
}

if (link) askName(link);
else {
  const sentence =
    "A guest link ends with a key after the #. The page does not store the key: " +
    "after a reload, open the link again.";
  displayStatus({head: "Open the link again", sentence, retry: ""});
}
find("not-started").remove();
