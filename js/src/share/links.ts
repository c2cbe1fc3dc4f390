/** The active guest links: for each its role, its expiry, who uses it, and a button to revoke it. */
import {button, h, menu, setText} from "../ui/dom";
import {Rows} from "../ui/rows";
import type {Row} from "../ui/rows";
import {once} from "../ui/timing";
import type {GuestRole, Invite} from "../wire/invites";
import {ROLE_LABELS, expiry, linkName, usage} from "./labels";

/** Each returns whether it succeeded. */
export interface LinkActions {
  readonly change: (inviteId: string, role: GuestRole) => Promise<boolean>;
  readonly revoke: (inviteId: string) => Promise<boolean>;
  readonly renew: () => Promise<boolean>;
  readonly lock: (locked: boolean) => Promise<boolean>;
  /** Seconds since 1970. */
  readonly now: () => number;
}

export function linkList(actions: LinkActions) {
  let locked = false;
  const list = h("ul", {class: "pairedit-links", role: "list"});
  const rows = new Rows<Invite>(
    list,
    invite => invite.inviteId,
    invite => linkRow(invite, actions),
  );
  const empty = h("p", {class: "pairedit-empty", text: "There are no active guest links."});
  const renew = button("Replace all", () => void once(renew, actions.renew), "pairedit-renew");
  renew.title = "Replace every link with a new one. The old links stop working.";
  const lock = button(
    "Lock",
    () => void once(lock, () => actions.lock(!locked)),
    "pairedit-switch",
  );
  lock.title = "While locked, all guests can only read";
  const element = h(
    "div",
    {class: "pairedit-share-links"},
    h("div", {class: "pairedit-share-title"}, h("h3", {text: "Active links"}), lock, renew),
    list,
    empty,
  );

  function setLocked(now: boolean): void {
    locked = now;
    lock.setAttribute("aria-pressed", String(now));
    setText(lock, now ? "Locked" : "Lock");
  }

  setLocked(false);
  renew.hidden = true;
  return {
    element,
    update(invites: readonly Invite[], nowLocked: boolean) {
      if (rows.update(invites)) lock.focus();
      empty.hidden = invites.length > 0;
      renew.hidden = invites.length === 0;
      setLocked(nowLocked);
    },
  };
}

function linkRow({inviteId}: Invite, {change, revoke, now}: LinkActions): Row<Invite> {
  let role: GuestRole;
  const name = h("span", {class: "pairedit-link-name", dir: "auto", translate: "no"});
  const facts = h("span", {class: "pairedit-soft"});
  const roles = menu(Object.entries(ROLE_LABELS));
  roles.addEventListener("change", () => {
    void change(inviteId, roles.value as GuestRole).then(done => {
      if (!done) roles.value = role;
    });
  });
  const end = button("Revoke", () => void once(end, () => revoke(inviteId)), "pairedit-revoke");
  const text = h("div", {class: "pairedit-link-words"}, name, facts);
  return {
    element: h("li", {"data-invite": inviteId}, text, roles, end),
    update(invite) {
      role = invite.role;
      if (document.activeElement !== roles) roles.value = role;
      setText(name, linkName(invite));
      setText(facts, `${expiry(invite, now())} · ${usage(invite, now())}`);
      roles.setAttribute("aria-label", `Role of ${linkName(invite)}`);
      end.setAttribute("aria-label", `Revoke ${linkName(invite)}`);
    },
  };
}
