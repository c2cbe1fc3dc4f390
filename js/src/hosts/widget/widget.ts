/**
 * The widget in a notebook: a small loader. The editor comes from the Jupyter server at run time,
 * so a saved notebook does not carry it.
 *
 * A widget is one participant, however often it is shown: each `render` mounts a view of the same
 * room, which is open while there are views. The kernel takes no part in what is typed.
 */
import type {Room} from "../../client/types";
import {largeNotice} from "../../editor/largenotice";
import {guestReplacedNotice} from "../../editor/replacednotice";
import {pageTimers} from "../../ui/timing";
import {Api} from "../../wire/api";
import {Invites} from "../../wire/invites";
import {jupyterBaseUrl} from "../../wire/jupyter";
import {followBlame} from "./blame";
import {RunningCells} from "./cells";
import {lastCode} from "./fallback";
import {KernelWatch} from "./kernel";
import {kernelNotice} from "./kernelnotice";
import {RoomLifetime} from "./lifetime";
import {watch} from "./model";
import type {Model} from "./model";
import {openWidgetRoom, roomOptions} from "./open";
import type {Change} from "./properties";
import type {EditorModule, Opened} from "./open";
import {followWishes} from "./sharerequests";
import {keepKeys} from "./shortcuts";
import type {Stage} from "./stage";
import {followRoom, reportNotShown} from "./traits";

const ELSEWHERE =
  "Pair editing needs JupyterLab or Notebook, connected to a Jupyter server with " +
  "jupyter_pairedit; this page is not. Below is the last code of the room";
const BUSY = "The kernel is busy; the editor opens when the running cell has ended.";
const SAVED = "This notebook was saved with this code. ";
const SHUT_DOWN =
  "The kernel was shut down, and this editor left the room. This is its last code. ";
const LEFT = "This editor left the room. This is its last code. ";
const RECONNECT = "Reconnect to see the room as it is now.";
const JOIN_AGAIN = "Run the cell that joins the room to see it as it is now.";

type CleanUp = () => void;
type Editor = ReturnType<EditorModule["mountEditor"]>;

/** What all views of a widget share. */
interface Widget {
  readonly model: Model;
  readonly kernel: KernelWatch;
  readonly cells: RunningCells;
  readonly lifetime: RoomLifetime;
  readonly editors: Set<Editor>;
}

/** anywidget calls this once per widget. */
export default function pairEditor(): {
  initialize(context: {model: Model}): CleanUp;
  render(context: {model: Model; el: HTMLElement}): CleanUp;
} {
  let widget: Widget;

  return {
    initialize({model}) {
      widget = makeWidget(model);
      return () => {
        widget.lifetime.destroy();
        widget.cells.stop();
      };
    },

    render({el}) {
      const root = document.createElement("div");
      const releaseKeys = keepKeys(root);
      el.append(root);

      const {lifetime} = widget;
      let takeAway: CleanUp = () => {};
      const show = (): void => {
        takeAway();
        takeAway = view(root, widget, lifetime.stages.now);
      };
      const unsubscribe = lifetime.stages.subscribe(show);
      show();
      const removeView = lifetime.addView();
      return () => {
        removeView();
        unsubscribe();
        takeAway();
        releaseKeys();
        root.remove();
      };
    },
  };
}

function makeWidget(model: Model): Widget {
  const baseUrl = jupyterBaseUrl(document, location);
  const kernel = new KernelWatch(model, pageTimers);
  const cells = new RunningCells(model, pageTimers);
  kernel.subscribe(() => cells.stop());
  const editors = new Set<Editor>();
  const notShown = (): void => reportNotShown(model);
  const lifetime = new RoomLifetime({
    server: baseUrl !== null,
    guest: model.get("server") !== "",
    kernel,
    timers: pageTimers,
    open(attempt) {
      // Who deleted the room does not want it back; only a widget that is new makes it.
      const make = kernel.following && model.get("create") && model.get("_writes_done") === null;
      return openWidgetRoom(cells.hold(model), baseUrl ?? "", make, attempt);
    },
    follow(opened) {
      const end = follow(model, cells, opened, editors);
      cells.cancel(notShown);
      return () => {
        end();
        if (kernel.following) cells.whenNone(notShown);
      };
    },
  });
  return {model, kernel, cells, lifetime, editors};
}

/** Synchronizes the kernel with a room. Returns the function that ends it. */
function follow(
  model: Model,
  cells: RunningCells,
  {editor, room, login}: Opened,
  editors: ReadonlySet<Editor>,
): CleanUp {
  const api = login && new Api(login.baseUrl);
  const change: Change | null =
    login && api && ((seen, wanted) => editor.changeRoom(api, login.roomId, seen, wanted));
  const url = login?.shareUrl ?? "";
  const ends = [followRoom(model, room, url, cells, pageTimers, change)];
  if (login && api) {
    const {roomId} = login;
    ends.push(
      followBlame(model, room, () => api.blame(roomId), cells),
      followWishes(cells.hold(model), new Invites(api, roomId), link => {
        for (const editor of editors) void editor.displayLink(link);
      }),
    );
  }
  return () => {
    for (const end of ends) end();
  };
}

/** Shows a stage. Returns the function that takes it away. */
function view(root: HTMLElement, widget: Widget, stage: Stage): CleanUp {
  const {model, kernel, cells, lifetime} = widget;
  const connect = (): void => lifetime.connect();
  switch (stage.at) {
    case "loading":
      return lastCode(root, model, {sentence: "Opening the editor…"});
    case "waiting":
      return lastCode(root, model, {sentence: BUSY, action: ["Try again", connect]});
    case "asleep": {
      const why = kernel.state === "shut down" ? SHUT_DOWN : stage.code === null ? SAVED : LEFT;
      const {code} = stage;
      // The key of a guest was never saved.
      return model.get("server")
        ? lastCode(root, model, {code, sentence: why + JOIN_AGAIN})
        : lastCode(root, model, {
            code,
            sentence: why + RECONNECT,
            action: ["Reconnect", connect],
          });
    }
    case "failed":
      return lastCode(root, model, {sentence: stage.sentence, action: ["Try again", connect]});
    case "elsewhere": {
      const writable = kernel.following;
      const end = writable ? "; what you change reaches the kernel only." : ".";
      return lastCode(root, model, {sentence: ELSEWHERE + end, ...(writable && {cells})});
    }
    case "open":
      return editorView(root, widget, stage);
  }
}

function editorView(root: HTMLElement, widget: Widget, opened: Opened): CleanUp {
  const {model, kernel, editors} = widget;
  const {room, login} = opened;
  const {mountEditor, smallestChange} = opened.editor;
  const focus = (): void => editor.focus();
  const notices = [kernelNotice(kernel, login && login.roomId, focus), largeNotice(room, focus)];
  if (!login) notices.unshift(guestReplacedNotice(room, smallestChange, focus));
  const editor = mountEditor(root, {
    room,
    ...(login && {login, onCreate: () => create(model, room, login.baseUrl)}),
    notices: notices.map(({element}) => element),
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
    for (const notice of notices) notice.destroy();
    editors.delete(editor);
    editor.destroy();
  };
}

/** Makes the room that is missing. */
async function create(model: Model, room: Room, baseUrl: string): Promise<void> {
  await new Api(baseUrl).ensureRoom(model.get("room_id"), roomOptions(model));
  room.retry();
}
