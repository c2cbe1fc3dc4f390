/** History in an editor: the button in its bar and the notice below it, with what they share. */
import type {Api} from "./api";
import type {HistoryPanel} from "./history";
import {historyKit} from "./historyview";
import {panelButton} from "./panelbutton";
import type {PanelButton} from "./panelbutton";
import {replacedBar} from "./replaced";
import {Restorer} from "./restorer";
import type {Room, RoomState} from "./room";

type Module = typeof import("./history");

export interface HistoryHostOptions {
  readonly room: Room;
  readonly roomId: string;
  readonly api: Api;
  readonly nonce: string;
  readonly cover: HTMLElement;
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
  const {room, roomId, api, nonce} = options;
  const restorer = new Restorer(api, roomId);
  const replaced = replacedBar({...options, restorer});
  const button = panelButton<Module, HistoryPanel>({
    ...options,
    label: "History",
    title: "Any version of the code, who changed it, and the way back",
    className: "pairedit-history-button",
    file: "history.js",
    make: ({openHistory}, onClose) =>
      openHistory({
        ...options,
        kit: historyKit(() => room.state.language, nonce),
        restore: version => restorer.restore(version),
        onClose,
      }),
  });
  return {button, notice: replaced.element, update: replaced.update};
}
