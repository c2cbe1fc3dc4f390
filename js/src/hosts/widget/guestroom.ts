/**
 * A guest's room in a notebook. The kernel sends the key in a message, which is not saved with the
 * notebook, and the files of the editor, since the notebook's own server may have none. Code from
 * the room's server is not loaded, because it would run with the login of this page.
 */
import type {Room} from "../../client/types";
import {h} from "../../ui/dom";
import {onceForAll} from "../../ui/timing";
import {askKernel} from "./guestkey";
import type {Attempt} from "./guestkey";
import type {Model} from "./model";

type EditorModule = typeof import("../../bundle");

export interface Entered {
  readonly editor: EditorModule;
  readonly room: Room;
}

const NOT_LISTED =
  "The server of this room refuses this page. Ask its administrator to add " +
  `${location.origin} to PAIREDIT_ALLOWED_ORIGINS and to restart it.`;

const LOGIN_BEFORE_IT =
  "The server of this room asks guests for a login. Ask its administrator to open the addresses " +
  "of guests.";

const loaded = onceForAll(load);

/** `baseUrl` is the base URL of the notebook's own server. */
export async function enterAsGuest(
  model: Model,
  baseUrl: string,
  attempt: Attempt,
): Promise<Entered> {
  const {guest, name, files} = await askKernel(model, attempt);
  const editor = await loaded(files);
  const reach = async (): Promise<string> => {
    const file = `${guest.baseUrl}pairedit/static/guest.js`;
    const init: RequestInit = {credentials: "omit", cache: "no-store", redirect: "manual"};
    const {type} = await fetch(file, init);
    return type === "opaqueredirect" ? LOGIN_BEFORE_IT : NOT_LISTED;
  };
  return {editor, room: editor.openRoom({guest, name: name || (await ownName(baseUrl)), reach})};
}

/** Loads the editor. The URLs stay valid, because the editor loads some files later. */
async function load(files: ReadonlyMap<string, DataView>): Promise<EditorModule> {
  const urls = Object.fromEntries(
    [...files].map(([name, content]) => {
      const blob = new Blob([content as BlobPart], {type: "text/javascript"});
      return [name, URL.createObjectURL(blob)];
    }),
  );
  try {
    const editor = (await import(urls["editor.js"] ?? "")) as EditorModule;
    editor.provideFiles(urls);
    const text = new TextDecoder().decode(files.get("editor.css"));
    document.head.append(h("style", {text}));
    return editor;
  } catch {
    throw new Error("The editor from the kernel could not be loaded.");
  }
}

/** Returns the name of the person who is logged in to the notebook's own server. */
async function ownName(baseUrl: string): Promise<string> {
  try {
    const answer = await fetch(`${baseUrl}api/me`, {credentials: "same-origin"});
    const {identity} = (await answer.json()) as {identity?: {display_name?: unknown}};
    const name = identity?.display_name;
    return typeof name === "string" && name ? name : "Guest";
  } catch {
    return "Guest";
  }
}
