/** The home page: make a room, join one, see your rooms. */
import {LANGUAGES} from "../editor/languagenames";
import {h} from "../ui/dom";
import {Api} from "../wire/api";
import type {ListedRoom} from "../wire/api";
import {roomsBase} from "../wire/jupyter";
import {readRoomLink} from "../wire/links";
import {roomItem} from "./roomitem";

const {baseUrl = "/"} = document.body.dataset;
const api = new Api(baseUrl);

function find<T extends HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (!element) throw new Error(`home.html lacks #${id}`);
  return element as T;
}

function roomPage(roomId: string): string {
  return `${baseUrl}pairedit/room/${encodeURIComponent(roomId)}`;
}

function enter(roomId: string): void {
  location.assign(roomPage(roomId));
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : "This did not work; try again.";
}

const language = find<HTMLSelectElement>("language");
language.append(
  ...Object.entries(LANGUAGES).map(([value, text]) => h("option", {value, text})),
);

find<HTMLFormElement>("create").addEventListener("submit", event => void create(event));

async function create(event: Event): Promise<void> {
  event.preventDefault();
  const form = event.currentTarget as HTMLFormElement;
  const press = form.querySelector("button");
  const problem = find("create-problem");
  problem.textContent = "";
  if (press) press.disabled = true;
  try {
    const title = find<HTMLInputElement>("title").value.trim();
    enter((await api.createRoom({title, language: language.value})).roomId);
  } catch (error) {
    problem.textContent = sentence(error);
  }
  // Also when it went well: the page may come back from the browser's history as it is now.
  if (press) press.disabled = false;
}

const link = find<HTMLInputElement>("link");
const joinProblem = find("join-problem");

find<HTMLFormElement>("join").addEventListener("submit", event => {
  event.preventDefault();
  const read = readRoomLink(link.value, baseUrl, roomsBase(document, baseUrl));
  if ("id" in read) return enter(read.id);
  joinProblem.textContent = read.problem;
  link.setAttribute("aria-invalid", "true");
  link.focus();
});

link.addEventListener("input", () => {
  joinProblem.textContent = "";
  link.removeAttribute("aria-invalid");
});

const rooms = find("rooms");
const note = find("rooms-note");

function count(): void {
  const many = rooms.children.length;
  note.textContent = many === 0 ? "" : many === 1 ? "1 room" : `${many} rooms`;
  find("rooms-empty").hidden = many > 0;
}

function show(list: readonly ListedRoom[]): void {
  const items = list.map(room =>
    roomItem(room, {
      href: roomPage(room.roomId),
      remove: () => api.deleteRoom(room.roomId),
      onGone() {
        count();
        // The button that had the focus is gone with its line.
        (rooms.querySelector("a") ?? find("title")).focus();
      },
    }),
  );
  rooms.replaceChildren(...items);
  count();
}

async function load(): Promise<void> {
  try {
    show(await api.listRooms());
  } catch (error) {
    note.textContent = sentence(error);
  }
}

void load();
// Back from a room, the browser may show this page as it was left.
window.addEventListener("pageshow", event => {
  if (event.persisted) void load();
});
