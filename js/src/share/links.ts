/** The links that are live, each with what it lets do, until when, who is here by it, and Revoke. */
import {button, h, setText} from "../ui/dom";
import {once} from "../ui/timing";
import type {GuestRole, Invite} from "../wire/invites";
import {ROLE_WORDS, expiry, linkName, usage} from "./words";

/** Each says whether it was done. */
export interface LinkActions {
  readonly change: (inviteId: string, role: GuestRole) => Promise<boolean>;
  readonly revoke: (inviteId: string) => Promise<boolean>;
  readonly renew: () => Promise<boolean>;
  readonly lock: (locked: boolean) => Promise<boolean>;
}

export interface LinkList {
  readonly element: HTMLElement;
  show(live: readonly Invite[], now: number): void;
  lock(locked: boolean): void;
}

export function linkList(actions: LinkActions): LinkList {
  let locked = false;
  let rows = new Map<string, Row>();
  const list = h("ul", {class: "pairedit-links", role: "list"});
  const empty = h("p", {class: "pairedit-empty", text: "No guest link is live."});
  const renew = button("New links", () => void once(renew, actions.renew), "pairedit-renew");
  renew.hidden = true;
  renew.title = "All links stop working, and each gets a successor: who has an old one is out";
  const lock = button("Lock", () => void once(lock, () => actions.lock(!locked)), "pairedit-switch");
  lock.title = "While locked, all guests can only read, whatever their link says";
  lock.setAttribute("aria-pressed", "false");
  const element = h(
    "div",
    {class: "pairedit-share-links"},
    h("div", {class: "pairedit-share-title"}, h("h3", {text: "Live links"}), lock, renew),
    list,
    empty,
  );

  function show(live: readonly Invite[], now: number): void {
    const before = rows;
    const focused = [...before].find(([, row]) => row.element.contains(document.activeElement));
    rows = new Map(
      live.map(invite => [invite.inviteId, before.get(invite.inviteId) ?? row(invite, actions)]),
    );
    for (const invite of live) rows.get(invite.inviteId)?.update(invite, now);
    const elements = [...rows.values()].map(each => each.element);
    const same =
      elements.length === list.children.length &&
      elements.every((each, index) => each === list.children[index]);
    // Left alone where nothing came or went: the focus is in it.
    if (!same) list.replaceChildren(...elements);
    empty.hidden = live.length > 0;
    renew.hidden = live.length === 0;
    if (focused && !rows.has(focused[0])) lock.focus();
  }

  return {
    element,
    show,
    lock(now) {
      locked = now;
      lock.setAttribute("aria-pressed", String(now));
      setText(lock, now ? "Locked" : "Lock");
    },
  };
}

interface Row {
  readonly element: HTMLElement;
  update(invite: Invite, now: number): void;
}

function row(invite: Invite, {change, revoke}: LinkActions): Row {
  const {inviteId} = invite;
  const name = h("span", {class: "pairedit-link-name", dir: "auto"});
  const facts = h("span", {class: "pairedit-soft", dir: "auto"});
  const roles = h("select", {});
  roles.append(
    ...Object.entries(ROLE_WORDS).map(([value, text]) => h("option", {value, text})),
  );
  roles.addEventListener("change", () => {
    const wanted = roles.value as GuestRole;
    void change(inviteId, wanted).then(done => {
      if (!done) roles.value = shown;
    });
  });
  const end = button("Revoke", () => void once(end, () => revoke(inviteId)), "pairedit-revoke");
  const words = h("div", {class: "pairedit-link-words"}, name, facts);
  const element = h("li", {"data-invite": inviteId}, words, roles, end);
  let shown: GuestRole = invite.role;
  return {
    element,
    update(now, time) {
      shown = now.role;
      if (document.activeElement !== roles) roles.value = shown;
      setText(name, linkName(now));
      setText(facts, `${expiry(now, time)} · ${usage(now, time)}`);
      roles.setAttribute("aria-label", `Role of ${linkName(now)}`);
      end.setAttribute("aria-label", `Revoke ${linkName(now)}`);
    },
  };
}
