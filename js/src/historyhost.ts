/** History in an editor: the button in its bar and the notice below it, with what they share. */
import {Api} from "./api";
import {historyButton} from "./historybutton";
import {historyKit} from "./historyview";
import {replacedBar} from "./replaced";
import {Restorer} from "./restorer";
import type {Room, RoomState} from "./room";

export interface HistoryHostOptions {
  readonly room: Room;
  readonly roomId: string;
  readonly baseUrl: string;
  readonly nonce: string;
  readonly cover: HTMLElement;
  readonly mayWrite: () => boolean;
  readonly announce: (sentence: string) => void;
}

export interface HistoryHost {
  readonly button: HTMLElement;
  readonly notice: HTMLElement;
  update(state: RoomState): void;
  destroy(): void;
}

export function historyHost(options: HistoryHostOptions): HistoryHost {
  const {room, roomId, baseUrl, nonce} = options;
  const api = new Api(baseUrl);
  const restorer = new Restorer(api, roomId);
  const replaced = replacedBar({...options, api, restorer});
  const opener = historyButton({
    ...options,
    api,
    kit: historyKit(() => room.state.language, nonce),
    restore: version => restorer.restore(version),
  });
  return {
    button: opener.element,
    notice: replaced.element,
    update: replaced.update,
    destroy: opener.destroy,
  };
}
