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
import {findRoom} from "./named";
import {NoLogin} from "./stage";
import type {EditorModule} from "./stage";
import {brokenSentence} from "./versions";

export interface Opened {
  readonly editor: EditorModule;
  readonly room: Room;
  /** Null for a guest of another server. */
  readonly login: Login | null;
}

const NO_LOGIN =
  "You are not logged in to the Jupyter server of this page. Log in in another tab, then try again.";

const CURE =
  "The Jupyter server of this page does not offer pair editing: " +
  "install jupyter_pairedit in the server's own environment, and restart the server.";

/**
 * Rejects with an Error whose message is for people. `make`: what the room is made with if there is
 * none, or null to make none. `save` sends the traits to the kernel.
 */
export async function openWidgetRoom(
  model: Model,
  baseUrl: string,
  make: RoomOptions | null,
  attempt: Attempt,
  save: () => void,
): Promise<Opened> {
  if (model.get("server")) {
    return {...(await enterAsGuest(model, baseUrl, attempt)), login: null};
  }
  const api = new Api(baseUrl);
  const editor = await loadEditor(api);
  const roomId = await findRoom(model, api, save).catch((error: unknown) => {
    throw forPeople(error);
  });
  const shareUrl = roomPageUrl(baseUrl, roomId, location.origin);
  try {
    const room = editor.openRoom({baseUrl, roomId, ...(make && {ensure: make})});
    return {editor, room, login: {baseUrl, roomId, shareUrl}};
  } catch (error) {
    throw new Error(brokenSentence(editor, error), {cause: error});
  }
}

async function loadEditor(api: Api): Promise<EditorModule> {
  try {
    return await importAgain(`${location.origin}${api.baseUrl}pairedit/static/editor.js`);
  } catch {
    throw await reason(api);
  }
}

/** An import does not say why it failed; the server does. */
async function reason(api: Api): Promise<Error> {
  try {
    await api.health();
    return new Error(
      "The editor could not be loaded, though the Jupyter server answers: the browser or a proxy " +
        "may block editor.js.",
    );
  } catch (error) {
    if (!(error instanceof ApiError) || error.status === 404) return new Error(CURE);
    return forPeople(error);
  }
}

function forPeople(error: unknown): Error {
  if (!(error instanceof ApiError))
    return error instanceof Error ? error : new Error(String(error));
  return [401, 403].includes(error.status) ? new NoLogin(NO_LOGIN) : error;
}
