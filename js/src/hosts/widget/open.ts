/** Loads the editor from the Jupyter server and opens a widget's room there. */
import type {Login} from "../../bundle";
import type {Room} from "../../client/types";
import {importAgain} from "../../ui/load";
import {Api, ApiError} from "../../wire/api";
import type {RoomOptions} from "../../wire/api";
import {roomPageUrl} from "../../wire/jupyter";
import type {Attempt} from "./guestkey";
import {enterAsGuest} from "./guestroom";
import type {Model} from "./model";

export type EditorModule = typeof import("../../bundle");

export interface Opened {
  readonly editor: EditorModule;
  readonly room: Room;
  /** Null for a guest of another server. */
  readonly login: Login | null;
}

const CURE =
  "The Jupyter server of this page does not offer pair editing: " +
  "install jupyter_pairedit in the server's own environment, and restart the server.";

/** Rejects with an Error whose message is for people. `make`: make the room if there is none. */
export async function openWidgetRoom(
  model: Model,
  baseUrl: string,
  make: boolean,
  attempt: Attempt,
): Promise<Opened> {
  if (model.get("server")) {
    return {...(await enterAsGuest(model, baseUrl, attempt)), login: null};
  }
  const editor = await loadEditor(new Api(baseUrl));
  const roomId = model.get("room_id");
  const shareUrl = roomPageUrl(baseUrl, roomId, location.origin);
  const ensure = make ? {ensure: roomOptions(model)} : {};
  return {
    editor,
    room: editor.openRoom({baseUrl, roomId, ...ensure}),
    login: {baseUrl, roomId, shareUrl},
  };
}

/** What Python wants the room to be made with. */
export function roomOptions(model: Model): RoomOptions {
  const code = model.get("first_code");
  const limit = model.get("limit");
  return {
    title: model.get("title"),
    language: model.get("language"),
    ...(code === null ? {} : {code}),
    ...(limit === null ? {} : {limit}),
  };
}

async function loadEditor(api: Api): Promise<EditorModule> {
  try {
    return await importAgain(`${location.origin}${api.baseUrl}pairedit/static/editor.js`);
  } catch {
    throw new Error(await reason(api));
  }
}

/** An import does not say why it failed; the server does. */
async function reason(api: Api): Promise<string> {
  try {
    await api.health();
    return "The editor could not be loaded from the Jupyter server.";
  } catch (error) {
    if (!(error instanceof ApiError)) return CURE;
    return error.status === 404 ? CURE : error.message;
  }
}
