/** Links that were made just now: their keys are told once, so they stand here to be copied. */
import {copyButton} from "../ui/copybutton";
import {button, h, setText} from "../ui/dom";
import type {Invite, MadeInvite} from "../wire/invites";
import {maskedLink} from "../wire/links";
import {ROLE_WORDS, expiry, linkName} from "./words";

export interface MadeLinks {
  readonly element: HTMLElement;
  /** Links that come to those that stand here: nobody has to copy one before making another. */
  add(made: readonly MadeInvite[]): void;
  /** Which links there are by now. */
  look(live: readonly Invite[]): void;
  destroy(): void;
}

/** Of links that were made, those that are live, as they are by now. */
export function stillLive(made: readonly MadeInvite[], live: readonly Invite[]): MadeInvite[] {
  return made.flatMap(each => {
    const now = live.find(({inviteId}) => inviteId === each.inviteId);
    return now ? [{...each, role: now.role}] : [];
  });
}

export function madeLinks(announce: (sentence: string) => void): MadeLinks {
  let shown: readonly MadeInvite[] = [];
  let rows = new Map<string, Row>();
  const list = h("ul", {role: "list"});
  const once = h("p", {class: "pairedit-soft"});
  const element = h("div", {class: "pairedit-made"}, list, once);
  element.hidden = true;

  function show(made: readonly MadeInvite[]): void {
    const before = rows;
    shown = made;
    rows = new Map(made.map(each => [each.inviteId, before.get(each.inviteId) ?? row(each, announce)]));
    for (const each of made) rows.get(each.inviteId)?.update(each);
    for (const [inviteId, each] of before) if (!rows.has(inviteId)) each.destroy();
    // Those that stay are left where they are: the focus may be in one.
    list.prepend(...[...rows].filter(([id]) => !before.has(id)).map(([, each]) => each.element));
    setText(once, `Copy ${made.length > 1 ? "them" : "it"} now: the key is shown only once.`);
    element.hidden = made.length === 0;
  }

  return {
    element,
    add(made) {
      show([...made, ...shown]);
      element.scrollIntoView({block: "nearest"});
    },
    look: live => show(stillLive(shown, live)),
    destroy() {
      for (const each of rows.values()) each.destroy();
    },
  };
}

interface Row {
  readonly element: HTMLElement;
  update(made: MadeInvite): void;
  destroy(): void;
}

function row(made: MadeInvite, announce: (sentence: string) => void): Row {
  const {url, warning} = made;
  const name = h("strong", {dir: "auto"});
  const about = h("span");
  const field = h("input", {readonly: ""});
  field.value = maskedLink(url);
  const reveal = button("Show", () => {
    const hide = field.value === url;
    field.value = hide ? maskedLink(url) : url;
    setText(reveal, hide ? "Show" : "Hide");
    if (!hide) field.select();
  });
  const copy = copyButton("Copy guest link", "Guest link copied.", () => url, announce);
  const element = h(
    "li",
    {},
    h("p", {}, name, about),
    h("div", {class: "pairedit-address"}, field, reveal, copy.element),
    warning ? h("p", {class: "pairedit-warning", text: warning}) : null,
  );
  return {
    element,
    update(now) {
      const called = linkName(now);
      setText(name, called);
      setText(about, ` · ${ROLE_WORDS[now.role]}, ${expiry(now, Date.now() / 1000)}`);
      field.setAttribute("aria-label", `${called}, its address`);
      reveal.setAttribute("aria-label", `Show the address of ${called}`);
    },
    destroy() {
      copy.destroy();
      element.remove();
    },
  };
}
