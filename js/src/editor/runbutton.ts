/** The button “Run” of the bar, and its keys. What it does is in runs.js. */
import {EditorView} from "@codemirror/view";
import type {RoomState} from "../client/types";
import type {RunsContext, RunsPart} from "../runs/runs";
import {button, h, setText} from "../ui/dom";
import {loadFile} from "../ui/load";
import {loadNotice} from "../ui/loadnotice";
import {keyLabel} from "../ui/platform";
import {underWay} from "../ui/timing";
import {withMarks} from "./specialchars";

type Module = typeof import("../runs/runs");

/** The login with which kernels are chosen. */
export type RunLogin = Pick<RunsContext, "api" | "roomId" | "kernelId">;

const NO_LOGIN: RunLogin = {api: null, roomId: "", kernelId: () => null};

export interface RunButtonOptions extends Pick<RunsContext, "room" | "announce"> {
  readonly login: RunLogin | undefined;
  readonly view: () => EditorView;
}

const KEYS = `Shift-Enter, ${keyLabel("Mod-Enter")}; ${keyLabel("Alt-Shift-Enter")}: the selection`;

export function runButton({view, login = NO_LOGIN, room, announce}: RunButtonOptions) {
  const focus = (): void => view().focus();
  const above = h("div", {class: "pairedit-runs"});
  const below = h("div", {class: "pairedit-runs"});
  const element = button("Run", () => press(false), "pairedit-run-button");
  const notice = loadNotice({retry: () => open(), focus, announce});
  above.append(notice.element);
  let runs: RunsPart | null = null;
  let destroyed = false;

  const open = underWay(async () => {
    const {openRuns} = await loadFile<Module>("runs.js");
    if (destroyed) return;
    notice.hide();
    runs ??= openRuns({...login, ...ofView(view), room, announce, focus, above, below});
    runs.update(room.state);
  });

  const asks = (): boolean => room.state.kernel?.may === "ask";

  /** Calls back when the file is there. */
  function use(callback: (part: RunsPart) => void): void {
    if (runs) return callback(runs);
    open().then(
      () => runs && callback(runs),
      (error: unknown) => notice.displayError(error),
    );
  }

  function press(selection: boolean): void {
    if (runs) return runs.press(selection, true);
    // Until the file is there, the person may type on; what others write is to be read first.
    const {doc, runs: log} = room;
    const {epoch} = log;
    let others = false;
    const end = log.onRevision((changes, author) => {
      others ||= author !== room.state.clientId && !changes.empty;
    });
    const own = (): boolean => !selection && !others && epoch === log.epoch;
    use(part => part.press(selection, doc === room.doc || own()));
    open().then(end, end);
  }

  return {
    element,
    above,
    below,
    /** What a key does, for the line beside the editor; empty if it does nothing. */
    get hint() {
      if (element.hidden || element.disabled) return "";
      return ` Shift-Enter ${asks() ? "asks to run" : "runs"} the code.`;
    },
    /** Runs by a key. Returns false where the key has its other meaning. */
    key(selection: boolean): boolean {
      const none = room.state.kernel?.state === "none" && !login.kernelId();
      if (element.hidden || element.disabled || none) return false;
      press(selection);
      return true;
    },
    /** Displays the output of a run. */
    choose: (run: number) => use(part => void part.choose(run)),
    update(state: RoomState) {
      const {kernel, ran} = state;
      const {may = "", why = "", name = ""} = kernel ?? {};
      element.hidden = !may && !why;
      element.disabled = !may || !["live", "saving"].includes(state.status);
      element.title = may ? [name, KEYS].filter(Boolean).join(" · ") : why;
      setText(element, asks() ? "Ask to run" : "Run");
      // A notebook gives the room its kernel, so that guests can ask.
      const gives = may === "run" && kernel?.state === "none" && login.kernelId();
      if ((ran || gives) && !runs) use(() => {});
      runs?.update(state);
    },
    destroy() {
      destroyed = true;
      runs?.destroy();
    },
  };
}

function ofView(view: () => EditorView): Pick<RunsContext, "part" | "reveal" | "marks" | "nonce"> {
  return {
    part(selection) {
      if (!selection) return null;
      const {doc, selection: selected} = view().state;
      const {empty, from, to} = selected.main;
      const {from: start, to: end} = empty ? doc.lineAt(from) : {from, to};
      return {from: start, to: end};
    },
    reveal(place) {
      const effects = EditorView.scrollIntoView(place, {y: "center"});
      view().dispatch({selection: {anchor: place}, effects});
      view().focus();
    },
    marks: withMarks,
    nonce: view().state.facet(EditorView.cspNonce),
  };
}
