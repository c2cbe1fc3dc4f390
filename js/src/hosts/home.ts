/** The home page: create a room, join one, and list the rooms. */
import {LANGUAGES} from "../editor/languagenames";
import {find, h, setText} from "../ui/dom";
import {isolated, titled} from "../ui/names";
import {messageOf} from "../ui/notice";
import {Api, ApiError} from "../wire/api";
import type {ListedRoom} from "../wire/api";
import {roomsBase} from "../wire/jupyter";
import {readRoomLink} from "../wire/links";
import {changeRoom} from "../wire/properties";
import {renameForm} from "./renameroom";
import {arrangedRooms, countSentence, emptySentence, roomFacts, roomName} from "./roomlist";
import type {RoomOrder} from "./roomlist";

const {baseUrl = "/"} = document.body.dataset;
const api = new Api(baseUrl);

function roomPage(roomId: string): string {
  return `${baseUrl}pairedit/room/${encodeURIComponent(roomId)}`;
}

const language = find<HTMLSelectElement>("language");
// Options that are moved out of another menu would each be selected, the last one in the end.
for (const [value, text] of Object.entries(LANGUAGES)) {
  language.append(h("option", {value, text}));
}

find<HTMLFormElement>("create").addEventListener("submit", event => void create(event));

async function create(event: SubmitEvent): Promise<void> {
  event.preventDefault();
  const submit = event.submitter as HTMLButtonElement;
  const problem = find("create-problem");
  setText(problem, "");
  submit.disabled = true;
  try {
    const title = find<HTMLInputElement>("title").value.trim();
    const {roomId} = await api.createRoom({title, language: language.value});
    location.assign(roomPage(roomId));
  } catch (error) {
    setText(problem, messageOf(error));
  }
  // Also after success: Back may display the page as it is now.
  submit.disabled = false;
}

const link = find<HTMLInputElement>("link");
const joinProblem = find("join-problem");

find<HTMLFormElement>("join").addEventListener("submit", event => {
  event.preventDefault();
  const read = readRoomLink(link.value, baseUrl, roomsBase(document, baseUrl));
  if ("id" in read) return location.assign(roomPage(read.id));
  setText(joinProblem, read.problem);
  link.setAttribute("aria-invalid", "true");
  link.focus();
});

link.addEventListener("input", () => {
  setText(joinProblem, "");
  link.removeAttribute("aria-invalid");
});

const list = find("rooms");
const note = find("rooms-note");
const search = find<HTMLInputElement>("search");
const order = find<HTMLSelectElement>("order");
let rooms: readonly ListedRoom[] = [];
/** The elements stay when the list is searched or sorted: one may be asking a question. */
const items = new Map<string, HTMLElement>();

function display(): void {
  const found = arrangedRooms(rooms, search.value, order.value as RoomOrder);
  list.replaceChildren(...found.flatMap(({roomId}) => items.get(roomId) ?? []));
  setText(note, countSentence(rooms.length, found.length));
  const empty = find("rooms-empty");
  setText(empty, emptySentence(rooms.length, found.length, search.value));
  empty.hidden = !empty.textContent;
  find("rooms-tools").hidden = !rooms.length;
}

async function load(): Promise<void> {
  try {
    rooms = await api.listRooms();
    items.clear();
    for (const room of rooms) items.set(room.roomId, roomItem(room));
    display();
  } catch (error) {
    setText(note, messageOf(error));
  }
}

search.addEventListener("input", display);
order.addEventListener("change", display);

function roomItem(room: ListedRoom): HTMLLIElement {
  const {people} = room;
  const href = roomPage(room.roomId);
  const name = roomName(room);
  const facts = roomFacts(room, api.now()).join(" · ");
  const present = people.length === 1 ? "1 person here" : `${people.length} people here`;
  const open = h("a", {class: "button small", href, "aria-label": `Open ${name}`, text: "Open"});
  const actions = h("div", {class: "room-actions"});
  const what = h(
    "div",
    {class: "room-what"},
    h("a", {href, title: name, dir: "auto", translate: "no", text: name}),
    h("p", {class: "soft", text: facts}),
  );
  const item = h(
    "li",
    {"data-room-id": room.roomId},
    what,
    people.length
      ? h("span", {class: "here", title: titled(people.map(isolated).join(", ")), text: present})
      : null,
    actions,
  );
  const ask = smallButton("Delete", `Delete ${name}`, () => {
    const question = h("span", {text: "Delete this room and its code for everybody?"});
    const keep = smallButton("Keep", `Keep ${name}`, () => {
      actions.replaceChildren(open, rename, ask);
      ask.focus();
    });
    const confirm = smallButton("Delete", `Really delete ${name}`, () => {
      void remove(room.roomId, confirm, question);
    });
    confirm.classList.add("danger");
    actions.replaceChildren(question, confirm, keep);
    keep.focus();
  });
  const rename = renameButton(room, what);
  actions.append(open, rename, ask);
  return item;
}

/** A button that replaces `what` with a field for another title. */
function renameButton(room: ListedRoom, what: HTMLElement): HTMLButtonElement {
  const rename = smallButton("Rename", `Rename ${roomName(room)}`, () => {
    const form = renameForm({
      title: room.title,
      save: title => renameRoom(room, title),
      cancel: () => replaceRoom(room), // Somebody else may have renamed it.
    });
    what.replaceWith(form.element);
    form.focus();
  });
  rename.classList.add("rename");
  return rename;
}

/** Rejects with a sentence for people, also if somebody else has renamed the room meanwhile. */
async function renameRoom(room: ListedRoom, title: string): Promise<void> {
  const {roomId} = room;
  try {
    replaceRoom({...room, ...(await changeRoom(api, roomId, room, {title}))});
  } catch (error) {
    if (!(error instanceof ApiError) || !error.room) throw error;
    Object.assign(room, error.room);
    const now = isolated(roomName(room));
    const sentence = `Somebody has renamed this room to “${now}”. Save again to replace that.`;
    throw new Error(sentence, {cause: error});
  }
}

/** Displays a room as it is now, with the focus on the button that renames it. */
function replaceRoom(now: ListedRoom): void {
  rooms = rooms.map(room => (room.roomId === now.roomId ? now : room));
  const item = roomItem(now);
  items.set(now.roomId, item);
  display();
  const rename = item.querySelector<HTMLElement>(".rename");
  // With its new title, the room may not be what is searched for.
  (rename?.isConnected ? rename : search).focus();
}

async function remove(
  roomId: string,
  confirm: HTMLButtonElement,
  question: HTMLElement,
): Promise<void> {
  confirm.disabled = true;
  try {
    await api.deleteRoom(roomId);
  } catch (error) {
    setText(question, messageOf(error));
    confirm.disabled = false;
    return;
  }
  rooms = rooms.filter(room => room.roomId !== roomId);
  display();
  // The focused button was removed.
  (list.querySelector("a") ?? find("title")).focus();
}

function smallButton(text: string, label: string, onPress: () => void): HTMLButtonElement {
  const button = h("button", {type: "button", class: "button small", "aria-label": label, text});
  button.addEventListener("click", onPress);
  return button;
}

void load();
// Back may display the page as it was left.
window.addEventListener("pageshow", event => {
  if (event.persisted) void load();
});
find("not-started").remove();
