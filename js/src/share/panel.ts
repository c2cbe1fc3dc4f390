/**
 * The share panel: makes guest links, lists those that are live, and says who is here. A file of
 * its own, share.js, that is loaded when it is first opened.
 */
import type {Room} from "../client/types";
import {copyButton} from "../ui/copybutton";
import {button, h, setText} from "../ui/dom";
import {ApiError} from "../wire/api";
import type {Api} from "../wire/api";
import {Invites} from "../wire/invites";
import type {MadeInvite, Shared} from "../wire/invites";
import {linkForm} from "./form";
import {linkList} from "./links";
import {madeLinks} from "./made";
import {peopleHere} from "./people";

export {Invites} from "../wire/invites";
export {joinedBar} from "./joinednotice";

export interface ShareOptions {
  readonly room: Room;
  readonly api: Api;
  readonly roomId: string;
  /** The room page's address, for others who can log in to the server. */
  readonly roomUrl: string;
  readonly announce: (sentence: string) => void;
  /** The panel has been closed, from inside or by `close`. */
  readonly onClose: () => void;
}

export interface SharePanel {
  readonly element: HTMLElement;
  focus(): void;
  close(): void;
  /** Shows links that were made just now. */
  show(made: readonly MadeInvite[]): void;
}

/** The server's operator wants no guests at all. */
const OFF = "guests_not_allowed";
/** Times are told in words, which go stale. */
const REFRESH_MS = 30_000;

export function openShare(options: ShareOptions): SharePanel {
  const {room, roomUrl, announce, onClose} = options;
  const invites = new Invites(options.api, options.roomId);
  let closed = false;
  let people = room.state.people;
  /** The answers of those requests count that were made last. */
  let turn = 0;
  /** What stands there as the problem is that the last of them failed. */
  let stale = false;

  /** Does something at the server and says how it went: `done`, or why not. */
  async function act<T>(doing: Promise<T>, done: (result: T) => string): Promise<boolean> {
    problem.hidden = true;
    try {
      const result = await doing;
      if (closed) return true;
      announce(done(result));
      await load();
      return true;
    } catch (error) {
      stale = false;
      fail(error);
      return false;
    }
  }

  async function load(): Promise<void> {
    const mine = ++turn;
    try {
      const shared = await invites.list();
      if (mine === turn && !closed) show(shared);
    } catch (error) {
      if (mine !== turn) return;
      stale = true;
      fail(error);
    }
  }

  function show({invites: live, locked}: Shared): void {
    if (stale) problem.hidden = true;
    stale = columns.hidden = false;
    links.show(live, Date.now() / 1000);
    links.lock(locked);
    made.look(live);
  }

  function fail(error: unknown): void {
    if (closed) return;
    setText(problem, error instanceof Error ? error.message : "This did not work; try again.");
    problem.hidden = false;
    if (error instanceof ApiError && error.code === OFF) columns.hidden = true;
  }

  const problem = h("p", {class: "pairedit-problem", role: "alert"});
  problem.hidden = true;
  const made = madeLinks(announce);
  const form = linkForm(wish =>
    act(invites.make(wish), link => {
      made.add([link]);
      return "The link is made. Copy it now: it is shown only once.";
    }),
  );
  const links = linkList({
    change: (id, role) => act(invites.change(id, role), () => "Changed."),
    revoke: id => act(invites.revoke(id), ({closed: out}) => `Revoked. ${outWords(out)}`),
    renew: () =>
      act(invites.renew(), ({invites: fresh}) => {
        made.add(fresh);
        return "All links were replaced. Copy the new ones now: they are shown only once.";
      }),
    lock: locked =>
      act(invites.lock(locked), () => (locked ? "Guests can only read now." : "Unlocked.")),
  });
  const here = peopleHere(clientId =>
    act(invites.remove(clientId), ({closed: out}) => `Removed. ${outWords(out)}`),
  );
  const columns = h(
    "div",
    {class: "pairedit-share-columns"},
    h("div", {class: "pairedit-share-column"}, form.element, made.element),
    h("div", {class: "pairedit-share-column"}, links.element, here.element),
  );
  const copy = copyButton("Copy link", "Link copied.", () => roomUrl, announce);
  const close = button("Close", end, "pairedit-close");
  const element = h(
    "section",
    {class: "pairedit-share", "aria-label": "Share"},
    h("div", {class: "pairedit-share-head"}, h("h2", {text: "Share this editor"}), close),
    problem,
    columns,
    h(
      "div",
      {class: "pairedit-share-foot"},
      h("span", {text: "For people who can log in to this Jupyter server:"}),
      copy.element,
    ),
  );
  element.addEventListener("keydown", event => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    end();
  });

  const timer = window.setInterval(() => void load(), REFRESH_MS);
  const unsubscribe = room.subscribe(state => {
    if (state.people === people) return;
    people = state.people;
    here.show(state);
    void load();
  });
  here.show(room.state);
  void load();

  function end(): void {
    if (closed) return;
    closed = true;
    window.clearInterval(timer);
    unsubscribe();
    copy.destroy();
    made.destroy();
    element.remove();
    onClose();
  }

  return {
    element,
    focus: () => form.focus(),
    close: end,
    show(fresh) {
      made.add(fresh);
      void load();
    },
  };
}

function outWords(count: number): string {
  if (!count) return "Nobody was using it.";
  return count === 1 ? "One connection was closed." : `${count} connections were closed.`;
}
