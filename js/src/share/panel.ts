/** The share panel: creates guest links, lists the active ones, and lists the people in the room. */
import type {Room} from "../client/types";
import {copyButton} from "../ui/copybutton";
import {button, h, onEscape, setText} from "../ui/dom";
import {messageOf} from "../ui/notice";
import {ApiError} from "../wire/api";
import type {Api} from "../wire/api";
import {Invites} from "../wire/invites";
import type {MadeInvite} from "../wire/invites";
import {Passes} from "../wire/passes";
import {linkForm} from "./form";
import {kernelList} from "./kernels";
import {closedConnections} from "./labels";
import {linkList} from "./links";
import {newLinks} from "./newlinks";
import {peopleHere} from "./people";

export {VERSION} from "../wire/protocol.gen";
export {Invites} from "../wire/invites";
export {joinedNotice} from "./joinednotice";

export interface ShareOptions {
  readonly room: Room;
  readonly api: Api;
  readonly roomId: string;
  /** The address of the room page, for people with a login. */
  readonly shareUrl: string;
  readonly announce: (sentence: string) => void;
  /** Called once, when the panel has closed. */
  readonly onClose: () => void;
}

/** The error code of a server whose settings allow no guests. */
const NO_GUESTS = "guests_not_allowed";
/** How often the relative times are updated. */
const REFRESH_MS = 30_000;

export function openShare(options: ShareOptions) {
  const {room, announce, onClose} = options;
  const invites = new Invites(options.api, options.roomId);
  const now = (): number => options.api.now();
  let closed = false;
  let people = room.state.people;
  /** The number of the last request; the replies to earlier ones are ignored. */
  let request = 0;
  /** Whether the displayed problem is that the last request failed. */
  let stale = false;

  /** Awaits a request, then announces `done`. Returns false and displays why if it fails. */
  async function perform<T>(sent: Promise<T>, done: (result: T) => string): Promise<boolean> {
    problem.hidden = true;
    try {
      const result = await sent;
      if (closed) return true;
      announce(done(result));
      await load();
      return true;
    } catch (error) {
      stale = false;
      displayError(error);
      return false;
    }
  }

  async function load(): Promise<void> {
    const mine = ++request;
    try {
      const {invites: active, locked, passes} = await invites.list();
      if (mine !== request || closed) return;
      if (stale) problem.hidden = true;
      stale = columns.hidden = false;
      links.update(active, locked);
      kernels.update(passes ?? []);
      created.update(active);
    } catch (error) {
      if (mine !== request) return;
      stale = true;
      displayError(error);
    }
  }

  function displayError(error: unknown): void {
    if (closed) return;
    setText(problem, messageOf(error));
    problem.hidden = false;
    if (error instanceof ApiError && error.code === NO_GUESTS) columns.hidden = true;
  }

  const problem = h("p", {class: "pairedit-problem", role: "alert"});
  problem.hidden = true;
  const created = newLinks(announce, now);
  const form = linkForm(wanted =>
    perform(invites.make(wanted), link => {
      created.add([link]);
      return "Link created. Copy it now: it is shown only once.";
    }),
  );
  const links = linkList({
    now,
    change: (id, role) => perform(invites.change(id, role), () => "Role changed."),
    revoke: id =>
      perform(invites.revoke(id), ({closed: count}) => `Revoked. ${closedConnections(count)}`),
    renew: () =>
      perform(invites.renew(), ({invites: renewed}) => {
        created.add(renewed);
        return "All links were replaced. Copy the new ones now: they are shown only once.";
      }),
    lock: locked =>
      perform(invites.lock(locked), () => (locked ? "Locked: guests can only read." : "Unlocked.")),
  });
  const here = peopleHere(clientId =>
    perform(invites.remove(clientId), ({closed: count}) => `Removed. ${closedConnections(count)}`),
  );
  const stopped = new Passes(options.api, options.roomId);
  const kernels = kernelList(passId =>
    perform(stopped.stop(passId), () => "Stopped. This kernel is not in the room any more."),
  );
  const columns = h(
    "div",
    {class: "pairedit-share-columns"},
    h("div", {class: "pairedit-share-column"}, form.element, created.element),
    h("div", {class: "pairedit-share-column"}, links.element, here.element, kernels.element),
  );
  const copy = copyButton("Copy link", "Link copied.", () => options.shareUrl, announce);
  const element = h(
    "section",
    {class: "pairedit-share", "aria-label": "Share"},
    h(
      "div",
      {class: "pairedit-share-head"},
      h("h2", {text: "Share this editor"}),
      button("Close", close, "pairedit-close"),
    ),
    problem,
    columns,
    h(
      "div",
      {class: "pairedit-share-foot"},
      h("span", {text: "For people with a login on this Jupyter server:"}),
      copy.element,
    ),
  );
  onEscape(element, close);

  const timer = window.setInterval(() => void load(), REFRESH_MS);
  const unsubscribe = room.subscribe(state => {
    if (state.people === people) return;
    people = state.people;
    here.update(state);
    void load();
  });
  here.update(room.state);
  void load();

  function close(): void {
    if (closed) return;
    closed = true;
    window.clearInterval(timer);
    unsubscribe();
    copy.destroy();
    created.destroy();
    element.remove();
    onClose();
  }

  return {
    element,
    focus: () => form.focus(),
    close,
    /** Displays links that were created elsewhere. */
    add(links: readonly MadeInvite[]) {
      // The reply to a request tells the server's time.
      void load().then(() => created.add(links));
    },
  };
}

export type SharePanel = ReturnType<typeof openShare>;
