/** The room page: an editor that fills the window. */
import {mountEditor, openRoom} from "../bundle";
import type {RoomState} from "../client/types";
import {largeNotice} from "../editor/largenotice";
import {find, setText} from "../ui/dom";
import {Api} from "../wire/api";
import {roomPageUrl} from "../wire/jupyter";
import {holdsText} from "./leaving";

const {baseUrl = "/", roomId = "", nonce = ""} = document.body.dataset;
const room = openRoom({baseUrl, roomId});
const editor = mountEditor(find("editor"), {
  room,
  // The page's own address may contain a Jupyter token.
  login: {baseUrl, roomId, shareUrl: roomPageUrl(baseUrl, roomId, location.origin)},
  notices: [largeNotice(room, () => editor.focus()).element],
  host: "page",
  nonce,
  async onCreate() {
    // A room that was deleted while this page was in it is made with the text that is still here.
    const {clientId, title, language} = room.state;
    const options = clientId ? {code: room.doc.toString(), title, language} : {};
    await new Api(baseUrl).ensureRoom(roomId, options);
    room.retry();
  },
});
find("not-started").remove();
// Focus the code as soon as it can be edited, unless the person has focused something else.
const unsubscribe = room.subscribe(({editable}) => {
  if (!editable) return;
  unsubscribe();
  if (document.activeElement === document.body) editor.focus();
});

function displayTitle({title, clientId}: RoomState): void {
  const name = title || (clientId ? "Untitled room" : "Room");
  setText(find("room-title"), name);
  document.title = `${name} · Pair editor`;
}
room.subscribe(displayTitle);

window.addEventListener("beforeunload", event => {
  // The browser asks for confirmation.
  if (holdsText(room.state)) event.preventDefault();
});
// Leave now: after a reload, the old connection would still take a place in the room.
window.addEventListener("pagehide", event => {
  if (!event.persisted) room.close();
});
