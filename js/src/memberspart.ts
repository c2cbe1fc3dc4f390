/** What an editor has for people of the server and not for guests: history, sharing, who joined. */
import {Api} from "./api";
import {Arrivals} from "./arrivals";
import {h} from "./dom";
import {historyHost} from "./historyhost";
import type {MadeInvite} from "./invites";
import type {JoinedBar} from "./joined";
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
  /** Gives the focus to the code. */
  readonly focus: () => void;
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
  const {room, login, focus, announce} = options;
  const api = new Api(login.baseUrl);
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
      openShare({...login, room, api, roomUrl: login.shareUrl, announce, onClose}),
  });
  const notice = h("div");
  const arrivals = new Arrivals();
  let people = room.state.people;
  arrivals.take(people);
  let bar: Promise<JoinedBar> | null = null;

  /** Where nobody is a guest, nothing is loaded for them. */
  async function joined(): Promise<JoinedBar> {
    const {Invites, joinedBar} = await share.load();
    const invites = new Invites(api, login.roomId);
    const made = joinedBar({
      remove: clientId => invites.remove(clientId),
      seeAll: () => void share.open().then(panel => panel?.focus()),
      focus,
      announce,
    });
    notice.append(made.element);
    return made;
  }

  function look(now: RoomState["people"]): void {
    if (now === people) return;
    people = now;
    const fresh = arrivals.take(now);
    if (fresh.length) bar ??= joined();
    bar?.then(
      each => each.update(now, fresh),
      () => {
        bar = null;
        announce("A guest has joined.");
      },
    );
  }

  return {
    before: [history.button.element],
    after: [share.element],
    notices: [history.notice, notice],
    update(state) {
      history.update(state);
      look(state.people);
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
