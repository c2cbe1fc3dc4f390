/** The room page: one editor that fills the window. */
import {mountEditor, openRoom} from "../bundle";
import type {RoomState} from "../client/types";
import {largeBar} from "../editor/largenotice";
import {Api} from "../wire/api";
import {roomPageUrl} from "../wire/jupyter";

const {baseUrl = "/", roomId = "", nonce = ""} = document.body.dataset;
const place = document.getElementById("editor");
const heading = document.getElementById("room-title");

const room = openRoom({baseUrl, roomId});
if (place) {
  const api = new Api(baseUrl);
  const editor = mountEditor(place, {
    room,
    // Not the address as it is: a Jupyter token may be in it.
    login: {baseUrl, roomId, shareUrl: roomPageUrl(baseUrl, roomId, location.origin)},
    notices: [largeBar(room, () => editor.focus()).element],
    host: "page",
    nonce,
    async onCreate() {
      await api.ensureRoom(roomId);
      room.retry();
    },
  });
  // The first who can type is ready to type; who only gets a refusal is not led into the code.
  const unsubscribe = room.subscribe(({editable}) => {
    if (!editable) return;
    unsubscribe();
    if (document.activeElement === document.body) editor.focus();
  });
}

function follow({title, clientId}: RoomState): void {
  const name = title || (clientId ? "Untitled room" : "Room");
  if (heading && heading.textContent !== name) heading.textContent = name;
  document.title = `${name} · Pair editor`;
}
room.subscribe(follow);

window.addEventListener("beforeunload", event => {
  // The browser asks whether to leave, in its own words.
  if (room.state.unsent > 0) event.preventDefault();
});
// Leave at once and not at the server's time-out, or one's own seat would be taken on a reload.
window.addEventListener("pagehide", event => {
  if (!event.persisted) room.close();
});
