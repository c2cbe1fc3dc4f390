/** The links that were just created. The server sends a key only once, so they stay to be copied. */
import {copyButton} from "../ui/copybutton";
import {button, h, setText} from "../ui/dom";
import {Rows} from "../ui/rows";
import type {Row} from "../ui/rows";
import type {Invite, MadeInvite} from "../wire/invites";
import {maskedLink} from "../wire/links";
import {ROLE_LABELS, expiry, linkName} from "./labels";

/** The created links that are active, with the roles that they have now. */
export function stillActive(
  created: readonly MadeInvite[],
  active: readonly Invite[],
): MadeInvite[] {
  return created.flatMap(each => {
    const now = active.find(({inviteId}) => inviteId === each.inviteId);
    return now ? [{...each, role: now.role}] : [];
  });
}

/** `now` returns seconds since 1970. */
export function newLinks(announce: (sentence: string) => void, now: () => number) {
  let shown: readonly MadeInvite[] = [];
  const list = h("ul", {role: "list"});
  const rows = new Rows<MadeInvite>(
    list,
    link => link.inviteId,
    link => newLinkRow(link, announce, now),
  );
  const hint = h("p", {class: "pairedit-soft"});
  const element = h("div", {class: "pairedit-made"}, list, hint);
  element.hidden = true;

  function display(links: readonly MadeInvite[]): void {
    shown = links;
    rows.update(links);
    setText(hint, `Copy ${links.length > 1 ? "them" : "it"} now: the key is shown only once.`);
    element.hidden = links.length === 0;
  }

  return {
    element,
    /** Adds links before those that are displayed. */
    add(created: readonly MadeInvite[]) {
      display([...created, ...shown]);
      element.scrollIntoView({block: "nearest"});
    },
    /** Removes the links that are not in `active`, and updates the roles of the others. */
    update: (active: readonly Invite[]) => display(stillActive(shown, active)),
    destroy: () => rows.destroy(),
  };
}

function newLinkRow(
  {url, warning}: MadeInvite,
  announce: (sentence: string) => void,
  now: () => number,
): Row<MadeInvite> {
  const name = h("strong", {dir: "auto", translate: "no"});
  const facts = h("span");
  const field = h("input", {readonly: ""});
  field.value = maskedLink(url);
  const reveal = button("Show", () => {
    const hide = field.value === url;
    field.value = hide ? maskedLink(url) : url;
    setText(reveal, hide ? "Show" : "Hide");
    if (!hide) field.select();
  });
  const copy = copyButton("Copy guest link", "Guest link copied.", () => url, announce);
  return {
    element: h(
      "li",
      {},
      h("p", {}, name, facts),
      h("div", {class: "pairedit-address"}, field, reveal, copy.element),
      warning ? h("p", {class: "pairedit-warning", text: warning}) : null,
    ),
    update(link) {
      setText(name, linkName(link));
      setText(facts, ` · ${ROLE_LABELS[link.role]}, ${expiry(link, now())}`);
      field.setAttribute("aria-label", `Address of ${linkName(link)}`);
      reveal.setAttribute("aria-label", `Show the address of ${linkName(link)}`);
    },
    destroy: () => copy.destroy(),
  };
}
