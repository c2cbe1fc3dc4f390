/** Links that were made just now: their keys are told once, so they stand here to be copied. */
import {copyButton} from "./copybutton";
import {button, h, setText} from "./dom";
import {maskedLink} from "./guestlink";
import type {MadeInvite} from "./invites";
import {ROLE_WORDS, expiry, linkName} from "./sharewords";

export interface MadeLinks {
  readonly element: HTMLElement;
  show(made: readonly MadeInvite[]): void;
  destroy(): void;
}

export function madeLinks(announce: (sentence: string) => void): MadeLinks {
  let ends: (() => void)[] = [];
  const list = h("ul", {role: "list"});
  const once = h("p", {class: "pairedit-soft", text: "Copy it now: it is shown only here and now."});
  const element = h("div", {class: "pairedit-made"}, list, once);
  element.hidden = true;

  function item(made: MadeInvite): HTMLElement {
    const {url, role, warning} = made;
    const name = linkName(made);
    const field = h("input", {readonly: "", "aria-label": `${name}, its address`});
    field.value = maskedLink(url);
    const reveal = button("Show", () => {
      const hide = field.value === url;
      field.value = hide ? maskedLink(url) : url;
      setText(reveal, hide ? "Show" : "Hide");
      if (!hide) field.select();
    });
    reveal.setAttribute("aria-label", `Show the address of ${name}`);
    const copy = copyButton("Copy guest link", "Guest link copied.", () => url, announce);
    ends.push(copy.destroy);
    const about = `${ROLE_WORDS[role]}, ${expiry(made, Date.now() / 1000)}`;
    return h(
      "li",
      {},
      h("p", {}, h("strong", {text: name, dir: "auto"}), ` · ${about}`),
      h("div", {class: "pairedit-address"}, field, reveal, copy.element),
      warning ? h("p", {class: "pairedit-warning", text: warning}) : null,
    );
  }

  function destroy(): void {
    for (const end of ends) end();
    ends = [];
  }

  return {
    element,
    show(made) {
      destroy();
      list.replaceChildren(...made.map(item));
      setText(once, `Copy ${made.length > 1 ? "them" : "it"} now: the key is shown only once.`);
      element.hidden = made.length === 0;
      element.scrollIntoView({block: "nearest"});
    },
    destroy,
  };
}
