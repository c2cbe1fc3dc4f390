/** History in an editor: the button in its bar and the notice below it, with what they share. */
import type {Room, RoomState} from "../client/types";
import {historyKit} from "../history/kit";
import type {HistoryPanel} from "../history/panel";
import type {ReplacedBar, Restorer} from "../history/replacednotice";
import {h} from "../ui/dom";
import {panelButton} from "../ui/panelbutton";
import type {PanelButton} from "../ui/panelbutton";
import type {Api} from "../wire/api";
import type {HistoryRoutes} from "../wire/history";

type Module = typeof import("../history/panel");

export interface HistoryHostOptions {
  readonly room: Room;
  readonly roomId: string;
  readonly api: Api;
  readonly nonce: string;
  readonly cover: HTMLElement;
  readonly focus: () => void;
  readonly mayWrite: () => boolean;
  readonly opening: () => void;
  readonly announce: (sentence: string) => void;
}

export interface HistoryHost {
  readonly button: PanelButton<Module, HistoryPanel>;
  readonly notice: HTMLElement;
  update(state: RoomState): void;
}

export function historyHost(options: HistoryHostOptions): HistoryHost {
  const {room, roomId, api, nonce, announce} = options;
  const notice = h("div");
  let parts: {routes: HistoryRoutes; restorer: Restorer} | null = null;
  let bar: Promise<ReplacedBar> | null = null;
  let seen = room.state.replaced;

  /** The panel and the notice share them, so that what the panel brings back is no news. */
  function shared({HistoryRoutes, Restorer}: Module): NonNullable<typeof parts> {
    if (parts) return parts;
    const routes = new HistoryRoutes(api, roomId);
    return (parts = {routes, restorer: new Restorer(routes)});
  }

  const button = panelButton<Module, HistoryPanel>({
    ...options,
    label: "History",
    title: "Any version of the code, who changed it, and the way back",
    className: "pairedit-history-button",
    file: "history.js",
    make(module, onClose) {
      const {routes, restorer} = shared(module);
      return module.openHistory({
        ...options,
        routes,
        kit: historyKit(() => room.state.language, nonce),
        restore: version => restorer.restore(version),
        onClose,
      });
    },
  });

  /** Where nobody replaces anything, nothing is loaded for it. */
  async function replaced(): Promise<ReplacedBar> {
    const module = await button.load();
    const made = module.replacedBar({...options, ...shared(module)});
    notice.append(made.element);
    return made;
  }

  function update({replaced: version}: RoomState): void {
    if (version === seen) return;
    seen = version;
    bar ??= replaced();
    bar.then(
      each => each.tell(version),
      () => {
        bar = null;
        announce("Somebody has replaced the text.");
      },
    );
  }

  return {button, notice, update};
}
