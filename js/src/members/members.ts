/** What an editor has for people with a login, and not for guests: history and sharing. */
import type {RoomState} from "../client/types";
import type {EditorPart} from "../editor/editor";
import {Arrivals} from "../share/joinednotice";
import type {JoinedNotice} from "../share/joinednotice";
import type {SharePanel} from "../share/panel";
import {h} from "../ui/dom";
import {panelButton} from "../ui/panelbutton";
import {Api} from "../wire/api";
import type {MadeInvite} from "../wire/invites";
import type {MemberContext} from "./context";
import {historyPart} from "./history";
import {RoomPart} from "./room";

export type {Login} from "./context";

type ShareModule = typeof import("../share/panel");

export interface MembersPart extends EditorPart {
  /** Opens the share panel with a link that was created elsewhere. */
  displayLink(link: MadeInvite): Promise<void>;
}

export function membersPart(options: MemberContext): MembersPart {
  const {room, login, announce} = options;
  const api = new Api(login.baseUrl);
  const history = historyPart(options, api, () => share.close());
  const share = panelButton<ShareModule, SharePanel>({
    ...options,
    label: "Share",
    title: "Guest links, and who is here",
    className: "pairedit-share-button",
    file: "share.js",
    opening: () => history.button.close(),
    make: ({openShare}, onClose) => openShare({...login, room, api, announce, onClose}),
  });
  const roomMenu = new RoomPart(options, api);
  const notice = h("div");
  const arrivals = new Arrivals();
  let people = room.state.people;
  arrivals.take(people);
  let loading: Promise<JoinedNotice> | null = null;

  /** The file is loaded when a guest joins for the first time. */
  async function load(): Promise<JoinedNotice> {
    const {Invites, joinedNotice} = await share.load();
    const invites = new Invites(api, login.roomId);
    const made = joinedNotice({
      ...options,
      remove: clientId => invites.remove(clientId),
      openPeople: () => void share.open().then(panel => panel?.focus()),
    });
    notice.append(made.element);
    return made;
  }

  function updatePeople(now: RoomState["people"]): void {
    if (now === people) return;
    people = now;
    const joined = arrivals.take(now);
    if (joined.length) loading ??= load();
    loading?.then(
      made => made.update(now, joined),
      (error: unknown) => {
        loading = null;
        share.notice.displayError(error, "A guest has joined.");
      },
    );
  }

  return {
    before: [roomMenu.button.element, history.button.element],
    after: [share.element],
    notices: [
      roomMenu.notice,
      history.button.notice.element,
      share.notice.element,
      history.notice,
      notice,
    ],
    update(state) {
      roomMenu.update(state);
      history.update(state);
      updatePeople(state.people);
    },
    async displayLink(link) {
      (await share.open())?.add([link]);
    },
    destroy() {
      roomMenu.button.destroy();
      history.button.destroy();
      share.destroy();
    },
  };
}
