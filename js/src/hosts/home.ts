/** The home page: create a room, join one, and list the rooms. */
import {LANGUAGES, languageName} from "../editor/languagenames";
import {find, h, setText} from "../ui/dom";
import {isolated, titled} from "../ui/names";
import {messageOf} from "../ui/notice";
import {relativeTime} from "../ui/time";
import {Api} from "../wire/api";
import type {ListedRoom} from "../wire/api";
import {roomsBase} from "../wire/jupyter";
import {readRoomLink} from "../wire/links";

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

const rooms = find("rooms");
const note = find("rooms-note");

function displayCount(): void {
  const count = rooms.children.length;
  setText(note, count === 0 ? "" : count === 1 ? "1 room" : `${count} rooms`);
  find("rooms-empty").hidden = count > 0;
}

async function load(): Promise<void> {
  try {
    rooms.replaceChildren(...(await api.listRooms()).map(roomItem));
    displayCount();
  } catch (error) {
    setText(note, messageOf(error));
  }
}

function roomItem(room: ListedRoom): HTMLLIElement {
  const {people} = room;
  const href = roomPage(room.roomId);
  const name = room.title || "Untitled room";
  const facts = `${languageName(room.language)} · changed ${relativeTime(room.changedAt, api.now())}`;
  const present = people.length === 1 ? "1 person here" : `${people.length} people here`;
  const open = h("a", {class: "button small", href, "aria-label": `Open ${name}`, text: "Open"});
  const actions = h("div", {class: "room-actions"});
  const item = h(
    "li",
    {"data-room-id": room.roomId},
    h(
      "div",
      {class: "room-what"},
      h("a", {href, title: name, dir: "auto", translate: "no", text: name}),
      h("p", {class: "soft", text: facts}),
    ),
    people.length
      ? h("span", {class: "here", title: titled(people.map(isolated).join(", ")), text: present})
      : null,
    actions,
  );
  const ask = smallButton("Delete", `Delete ${name}`, () => {
    const question = h("span", {text: "Delete this room and its code for everybody?"});
    const keep = smallButton("Keep", `Keep ${name}`, () => {
      actions.replaceChildren(open, ask);
      ask.focus();
    });
    const confirm = smallButton("Delete", `Really delete ${name}`, () => {
      void remove(room.roomId, item, confirm, question);
    });
    confirm.classList.add("danger");
    actions.replaceChildren(question, confirm, keep);
    keep.focus();
  });
  actions.append(open, ask);
  return item;
}

async function remove(
  roomId: string,
  item: HTMLElement,
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
  item.remove();
  displayCount();
  // The focused button was removed.
  (rooms.querySelector("a") ?? find("title")).focus();
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
