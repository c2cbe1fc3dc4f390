/**
 * The widget in a notebook: a small loader. The editor comes from the Jupyter server at run time,
 * so a saved notebook does not carry it.
 *
 * A widget is one participant, however often it is shown: `initialize` opens its room, each
 * `render` mounts a view of it. The kernel takes no part in what is typed.
 */
import type {Room} from "../../client/types";
import {largeNotice} from "../../editor/largenotice";
import {guestReplacedNotice} from "../../editor/replacednotice";
import {Api} from "../../wire/api";
import {Invites} from "../../wire/invites";
import {jupyterBaseUrl} from "../../wire/jupyter";
import {followBlame} from "./blame";
import {lastCode} from "./fallback";
import {kernelListens, watch} from "./model";
import type {Model} from "./model";
import {openWidgetRoom, roomOptions} from "./open";
import type {EditorModule, Opened} from "./open";
import {followWishes} from "./sharerequests";
import {Stages} from "./stage";
import {followRoom} from "./traits";

const ELSEWHERE =
  "Pair editing needs JupyterLab or Notebook, connected to a Jupyter server with " +
  "jupyter_pairedit; this page is not. Below is the last code of the room";
const BUSY = "The kernel is busy; the editor opens when the running cell has ended.";
const ASLEEP = "This notebook was saved with this code. ";
const RECONNECT = "Reconnect to see the room as it is now.";
const JOIN_AGAIN = "Run the cell that joins the room to see it as it is now.";

type CleanUp = () => void;
type Editor = ReturnType<EditorModule["mountEditor"]>;

/** anywidget calls this once per widget, so that its room has an owner. */
export default function pairEditor(): {
  initialize(context: {model: Model}): CleanUp;
  render(context: {model: Model; el: HTMLElement}): CleanUp;
} {
  const stages = new Stages();
  const editors = new Set<Editor>();
  let connect: CleanUp = () => {};
  let kernel = true;

  return {
    initialize({model}) {
      const baseUrl = jupyterBaseUrl(document, location);
      let leave: CleanUp = () => {};
      let attempt = new AbortController();

      connect = () => {
        if (baseUrl === null) return;
        attempt.abort(); // Another one may still wait for the kernel.
        attempt = new AbortController();
        const {signal} = attempt;
        const slow = (): void => stages.go({at: "waiting"});
        stages.go({at: "loading"});
        // Who deleted the room does not want it back; only a widget that is new makes it.
        const make = kernel && model.get("create") && model.get("_writes_done") === null;
        openWidgetRoom(model, baseUrl, make, {signal, slow}).then(
          opened => {
            if (signal.aborted) return opened.room.close();
            const ends = follow(model, opened, editors);
            leave = () => {
              for (const end of ends) end();
              opened.room.close();
            };
            stages.go({at: "open", ...opened});
          },
          (error: unknown) => {
            if (signal.aborted) return;
            const sentence = error instanceof Error ? error.message : String(error);
            stages.go({at: "failed", sentence});
          },
        );
      };

      kernel = kernelListens(model);
      if (baseUrl === null) stages.go({at: "elsewhere"});
      else if (!kernel) stages.go({at: "asleep"});
      else connect();
      return () => {
        attempt.abort();
        leave();
      };
    },

    render({model, el}) {
      const root = document.createElement("div");
      // JupyterLab's shortcuts ("dd" deletes a cell) stay away from what is typed here, and so do
      // those of hosts that listen further up.
      root.dataset.lmSuppressShortcuts = "true";
      const stop = (event: Event): void => event.stopPropagation();
      for (const type of ["keydown", "keypress", "keyup"]) root.addEventListener(type, stop);
      el.append(root);

      let takeAway: CleanUp = () => {};
      const show = (): void => {
        takeAway();
        takeAway = view(root, model, stages, editors, () => connect(), kernel);
      };
      const unsubscribe = stages.subscribe(show);
      show();
      return () => {
        unsubscribe();
        takeAway();
        root.remove();
      };
    },
  };
}

/** Keeps Python's side of a room and the room together. Returns what ends it. */
function follow(model: Model, {room, login}: Opened, editors: ReadonlySet<Editor>): CleanUp[] {
  if (!login) return [followRoom(model, room, "")];
  const {baseUrl, roomId, shareUrl} = login;
  const api = new Api(baseUrl);
  return [
    followRoom(model, room, shareUrl),
    followBlame(model, room, () => api.blame(roomId)),
    followWishes(model, new Invites(api, roomId), link => {
      for (const editor of editors) void editor.showLink(link);
    }),
  ];
}

/** Shows the stage as it is now. Returns the function that takes it away. */
function view(
  root: HTMLElement,
  model: Model,
  {now}: Stages,
  editors: Set<Editor>,
  connect: CleanUp,
  kernel: boolean,
): CleanUp {
  switch (now.at) {
    case "loading":
      return lastCode(root, model, {sentence: "Opening the editor…"});
    case "waiting":
      return lastCode(root, model, {sentence: BUSY, action: ["Try again", connect]});
    case "asleep":
      // The key of a guest was never saved.
      return model.get("server")
        ? lastCode(root, model, {sentence: ASLEEP + JOIN_AGAIN})
        : lastCode(root, model, {
            sentence: ASLEEP + RECONNECT,
            action: ["Reconnect", connect],
          });
    case "failed":
      return lastCode(root, model, {sentence: now.sentence, action: ["Try again", connect]});
    case "elsewhere": {
      const end = kernel ? "; what you change reaches the kernel only." : ".";
      return lastCode(root, model, {sentence: ELSEWHERE + end, writable: kernel});
    }
    case "open": {
      const {room, login} = now;
      const {mountEditor, smallestChange} = now.editor;
      const focus = (): void => editor.focus();
      const bars = [largeNotice(room, focus)];
      if (!login) bars.unshift(guestReplacedNotice(room, smallestChange, focus));
      const editor = mountEditor(root, {
        room,
        ...(login && {login, onCreate: () => create(model, room, login.baseUrl)}),
        notices: bars.map(({element}) => element),
        host: "widget",
        readOnly: model.get("disabled"),
        autocomplete: model.get("autocomplete"),
        autocompleteDelay: model.get("autocomplete_delay"),
      });
      editors.add(editor);
      const ends = [
        watch(model, "disabled", () => editor.setReadOnly(model.get("disabled"))),
        watch(model, "autocomplete", () => editor.setAutocomplete(model.get("autocomplete"))),
        watch(model, "autocomplete_delay", () =>
          editor.setAutocompleteDelay(model.get("autocomplete_delay")),
        ),
      ];
      return () => {
        for (const end of ends) end();
        for (const bar of bars) bar.destroy();
        editors.delete(editor);
        editor.destroy();
      };
    }
  }
}

/** Makes the room that is missing. */
async function create(model: Model, room: Room, baseUrl: string): Promise<void> {
  await new Api(baseUrl).ensureRoom(model.get("room_id"), roomOptions(model));
  room.retry();
}
