/**
 * The widget in a notebook: a small loader. The editor comes from the Jupyter server at run time,
 * so a saved notebook does not carry it.
 *
 * A widget is one participant, however often it is shown: each `render` mounts a view of the same
 * room, which is open while there are views. Edits do not pass through the kernel.
 */
import type {Room} from "../../client/types";
import {largeNotice} from "../../editor/largenotice";
import {guestReplacedNotice} from "../../editor/replacednotice";
import {pageTimers} from "../../ui/timing";
import {Api} from "../../wire/api";
import {Invites} from "../../wire/invites";
import {Passes} from "../../wire/passes";
import {editsNotebooks, jupyterBaseUrl} from "../../wire/jupyter";
import {followBlame} from "./blame";
import {RunningCells} from "./cells";
import {lastCode} from "./fallback";
import {KernelWatch} from "./kernel";
import {joinCell, kernelNotice} from "./kernelnotice";
import {RoomLifetime} from "./lifetime";
import {watch} from "./model";
import type {Model} from "./model";
import {nameNotice} from "./named";
import {openWidgetRoom} from "./open";
import type {Opened} from "./open";
import {roomOptions} from "./options";
import {followName} from "./ownname";
import {offerPass} from "./passes";
import type {Change} from "./properties";
import {handleLinkRequests} from "./sharerequests";
import {keepKeys} from "./shortcuts";
import type {EditorModule, Stage} from "./stage";
import {followRoom, reportNotShown} from "./traits";
import {unopened} from "./unopened";
import {brokenSentence, versionNotice} from "./versions";

const FILL = {
  display: "flex",
  flex: "1 1 auto",
  flexDirection: "column",
  height: "100%",
  minHeight: "0",
};

type CleanUp = () => void;
type Editor = ReturnType<EditorModule["mountEditor"]>;

/** The state that all views of a widget share. */
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
      const root = filling(el);
      const releaseKeys = keepKeys(root);

      const {lifetime} = widget;
      let removeStage: CleanUp = () => {};
      const display = (): void => {
        removeStage();
        removeStage = view(root, widget, lifetime.stages.now);
      };
      const unsubscribe = lifetime.stages.subscribe(display);
      display();
      const removeView = lifetime.addView();
      return () => {
        removeView();
        unsubscribe();
        removeStage();
        releaseKeys();
        root.remove();
      };
    },
  };
}

/** Makes an element that fills `el`, to which the widget's layout may give a height. */
function filling(el: HTMLElement): HTMLElement {
  const root = document.createElement("div");
  Object.assign(root.style, FILL);
  el.classList.add("pairedit-host");
  el.append(root);
  return root;
}

function makeWidget(model: Model): Widget {
  const baseUrl = editsNotebooks(document) ? jupyterBaseUrl(document, location) : null;
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
    open(attempt, code) {
      // Who deleted the room does not want it back; only a widget that is new makes it.
      const isNew = model.get("create") && model.get("_writes_done") === null;
      const options = roomOptions(model);
      const make = code !== null ? {...options, code} : kernel.following && isNew ? options : null;
      const save = (): void => cells.whenNone(() => model.save_changes());
      return openWidgetRoom(cells.hold(model), baseUrl ?? "", make, attempt, save);
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
  const ends = [
    followRoom(model, room, url, cells, pageTimers, change),
    followName(model, name => editor.keepName(name)),
  ];
  if (login && api) {
    const {roomId} = login;
    const place = {server: `${location.origin}${login.baseUrl}`, room: roomId};
    ends.push(
      offerPass(cells.hold(model), room, place, new Passes(api, roomId)),
      followBlame(model, room, () => api.blame(roomId), cells),
      handleLinkRequests(cells.hold(model), new Invites(api, roomId), link => {
        for (const editor of editors) void editor.displayLink(link);
      }),
    );
  }
  return () => {
    for (const end of ends) end();
  };
}

/** Displays a stage. Returns the function that removes it. */
function view(root: HTMLElement, widget: Widget, stage: Stage): CleanUp {
  if (stage.at !== "open") return unopened(root, widget, stage);
  try {
    return editorView(root, widget, stage);
  } catch (error) {
    root.replaceChildren();
    const {editor, room} = stage;
    const code = room.state.clientId ? room.doc.toString() : null;
    return lastCode(root, widget.model, {code, sentence: brokenSentence(editor, error)});
  }
}

function editorView(root: HTMLElement, widget: Widget, opened: Opened): CleanUp {
  const {model, kernel, editors} = widget;
  const {room, login} = opened;
  const {mountEditor, smallestChange} = opened.editor;
  const focus = (): void => editor.focus();
  const notices = [
    kernelNotice(kernel, login && joinCell(model, login.roomId), focus),
    largeNotice(room, focus),
  ];
  if (!login) notices.unshift(guestReplacedNotice(room, smallestChange, focus));
  const editor = mountEditor(root, {
    room,
    ...(login && {login, onCreate: () => create(model, room, login.baseUrl)}),
    notices: [
      versionNotice(opened.editor, focus),
      nameNotice(model, focus).element,
      ...notices.map(({element}) => element),
    ],
    host: "widget",
    kernelId: () => kernel.id,
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

/** Makes the room that was deleted, with the text that is still here. */
async function create(model: Model, room: Room, baseUrl: string): Promise<void> {
  const options = {...roomOptions(model), code: room.doc.toString()};
  await new Api(baseUrl).ensureRoom(model.get("room_id"), options);
  room.retry();
}
