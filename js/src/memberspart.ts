/** What an editor has for people of the server and not for guests: history, sharing, who joined. */
import {Api} from "./api";
import {historyHost} from "./historyhost";
import type {MadeInvite} from "./invites";
import {Invites} from "./invites";
import {joinedBar} from "./joined";
import {panelButton} from "./panelbutton";
import type {Room, RoomState} from "./room";
import type {SharePanel} from "./share";

type ShareModule = typeof import("./share");

/** Somebody who is logged in to the server that has the room. */
export interface Login {
  /** Jupyter's base URL, with a slash at its end. */
  readonly baseUrl: string;
  readonly roomId: string;
  /** The room page's whole address, for others who can log in. */
  readonly shareUrl: string;
}

export interface MembersPartOptions {
  readonly room: Room;
  readonly login: Login;
  readonly nonce: string;
  readonly cover: HTMLElement;
  readonly mayWrite: () => boolean;
  readonly announce: (sentence: string) => void;
}

export interface MembersPart {
  /** For the bar, before and after what everybody has there. */
  readonly before: readonly HTMLElement[];
  readonly after: readonly HTMLElement[];
  readonly notices: readonly HTMLElement[];
  update(state: RoomState): void;
  /** Opens the panel with a link that was made elsewhere. */
  showLink(made: MadeInvite): Promise<void>;
  destroy(): void;
}

export function membersPart(options: MembersPartOptions): MembersPart {
  const {room, login, announce} = options;
  const api = new Api(login.baseUrl);
  const invites = new Invites(api, login.roomId);
  const history = historyHost({
    ...options,
    api,
    roomId: login.roomId,
    opening: () => share.close(),
  });
  const share = panelButton<ShareModule, SharePanel>({
    ...options,
    label: "Share",
    title: "Links to this editor, and who is here",
    className: "pairedit-share-button",
    file: "share.js",
    opening: () => history.button.close(),
    make: ({openShare}, onClose) =>
      openShare({room, invites, roomUrl: login.shareUrl, announce, onClose}),
  });
  const joined = joinedBar({
    room,
    remove: clientId => invites.remove(clientId),
    seeAll: () => void share.open().then(panel => panel?.focus()),
    announce,
  });
  return {
    before: [history.button.element],
    after: [share.element],
    notices: [history.notice, joined.element],
    update(state) {
      history.update(state);
      joined.update(state);
    },
    async showLink(made) {
      (await share.open())?.show([made]);
    },
    destroy() {
      history.button.destroy();
      share.destroy();
    },
  };
}
