/** The history button of an editor and the notice that text was replaced. */
import type {RoomState} from "../client/types";
import {historyKit} from "../history/kit";
import type {HistoryPanel} from "../history/panel";
import type {ReplacedNotice, Restorer} from "../history/replacednotice";
import {h} from "../ui/dom";
import {panelButton} from "../ui/panelbutton";
import type {Api} from "../wire/api";
import type {HistoryRoutes} from "../wire/history";
import type {MemberContext} from "./context";

type Module = typeof import("../history/panel");

/** `opening` is called before the panel opens. */
export function historyPart(options: MemberContext, api: Api, opening: () => void) {
  const {room, login, nonce} = options;
  const notice = h("div");
  let parts: {routes: HistoryRoutes; restorer: Restorer} | null = null;
  let loading: Promise<ReplacedNotice> | null = null;
  let seen = room.state.replaced;

  /** The panel and the notice share the restorer, so that a restore from the panel is no news. */
  function shared({HistoryRoutes, Restorer}: Module): NonNullable<typeof parts> {
    if (parts) return parts;
    const routes = new HistoryRoutes(api, login.roomId);
    return (parts = {routes, restorer: new Restorer(routes)});
  }

  const button = panelButton<Module, HistoryPanel>({
    ...options,
    label: "History",
    title: "All versions of the code, who changed what, and restoring",
    className: "pairedit-history-button",
    file: "history.js",
    opening,
    make(module, onClose) {
      const {routes, restorer} = shared(module);
      const kit = historyKit(() => room.state.language, nonce);
      const restore = (version: number): Promise<void> => restorer.restore(version);
      const runs = new module.RunRoutes(api, login.roomId);
      return module.openHistory({...options, routes, runs, kit, restore, onClose});
    },
  });

  /** The file is loaded when text is replaced for the first time. */
  async function load(): Promise<ReplacedNotice> {
    const module = await button.load();
    const made = module.replacedNotice({...options, ...shared(module)});
    notice.append(made.element);
    return made;
  }

  function update({replaced}: RoomState): void {
    if (replaced === seen) return;
    seen = replaced;
    if (!replaced) return;
    loading ??= load();
    loading.then(
      made => made.display(replaced),
      (error: unknown) => {
        loading = null;
        button.notice.displayError(error, "Somebody replaced the text.");
      },
    );
  }

  return {button, notice, update};
}
