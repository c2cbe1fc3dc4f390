/** What an editor has for people of the server and not for guests: history, sharing, who joined. */
import type {Room, RoomState} from "../client/types";
import type {EditorPart, PartContext} from "../editor/editor";
import {Arrivals} from "../share/joinednotice";
import type {JoinedBar} from "../share/joinednotice";
import type {SharePanel} from "../share/panel";
import {h} from "../ui/dom";
import {panelButton} from "../ui/panelbutton";
import {Api} from "../wire/api";
import type {MadeInvite} from "../wire/invites";
import {historyHost} from "./historybutton";

type ShareModule = typeof import("../share/panel");

/** Somebody who is logged in to the server that has the room. */
export interface Login {
  /** Jupyter's base URL, with a slash at its end. */
  readonly baseUrl: string;
  readonly roomId: string;
  /** The room page's whole address, for others who can log in. */
  readonly shareUrl: string;
}

export interface MembersPartOptions extends PartContext {
  readonly room: Room;
  readonly login: Login;
  readonly nonce: string;
}

export interface MembersPart extends EditorPart {
  /** Opens the panel with a link that was made elsewhere. */
  showLink(made: MadeInvite): Promise<void>;
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
