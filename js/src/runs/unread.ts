/** Lists text of guests that the person has not been shown, before it runs. */
import {button, h, setText} from "../ui/dom";
import {isolated, shownName} from "../ui/names";
import {pageTimers} from "../ui/timing";
import type {Timers} from "../ui/timing";
import type {Person, Unread} from "../wire/protocol.gen";
import {DeadTime, whenVisible} from "./deadtime";
import {listing} from "./listing";
import {noteOf, warnings} from "./notes";

export interface UnreadOptions {
  readonly unread: Unread;
  readonly marks: (text: string) => (string | HTMLElement)[];
  /** All lines were in the person's view. */
  readonly shown: () => void;
  readonly run: () => void;
  readonly cancel: () => void;
  /** Those who are here and have written some of it: see `writersOf`. */
  readonly guests: readonly Person[];
  readonly trust: (guest: Person) => void;
  readonly timers?: Timers;
}

export function unreadPanel(options: UnreadOptions) {
  const {unread, marks, timers = pageTimers} = options;
  // A line of several has their names; but a name may have a comma.
  const written = unread.lines.flatMap(({author = "", clients = []}) =>
    clients.length === 1 ? [author] : author.split(", "),
  );
  const clients = new Set(unread.lines.flatMap(each => each.clients ?? []));
  const authors = [...new Set(written)].filter(Boolean);
  const lines = unread.lines.flatMap(line => {
    const more = {kind: "noted" as const, note: noteOf(line)};
    const shown = {number: line.line, text: line.text, ...more};
    const removed = {number: "" as const, text: "(text was removed in this line)", ...more};
    return line.removed ? [shown, removed] : [shown];
  });
  const text = listing(lines, "Lines that you have not been shown", marks);
  const head = h("h2", {text: "Read this before it runs"});
  const who = h("p");
  const names = authors.map(isolated).join(", ");
  setText(
    who,
    `${names || "A guest"} wrote what you have not been shown. It runs as you, with your files.`,
  );
  const run = button("Run", options.run, "pairedit-primary");
  const cancel = button("Cancel", options.cancel);
  const trusts = options.guests.map(guest => {
    const who = clients.size > 1 ? `${shownName(guest)} (guest)` : "this guest";
    const element = button(`Trust ${who} for an hour`, () => {
      options.trust(guest);
      setText(status, "Trusted for an hour, while they are here.");
      element.disabled = true;
    });
    return element;
  });
  const status = h("span", {class: "pairedit-soft", role: "status"});
  const notes = h(
    "ul",
    {class: "pairedit-notes"},
    ...unread.lines.slice(0, 20).map(line => {
      const item = h("li");
      setText(item, `Line ${line.line}: ${noteOf(line)}`);
      return item;
    }),
  );
  const dead = new DeadTime([run, ...trusts], timers);
  const element = h(
    "section",
    {class: "pairedit-unread", "aria-label": "Text of guests"},
    h(
      "div",
      {class: "pairedit-reading"},
      head,
      who,
      ...warnings(unread.lines).map(each => h("p", {class: "pairedit-warning", text: each})),
      text.element,
      h("details", {}, h("summary", {text: "Who wrote which line"}), notes),
    ),
    h("div", {class: "pairedit-actions"}, run, cancel, ...trusts, status),
  );
  const ends = [
    whenVisible(run, () => dead.visible()),
    whenVisible(text.end, () => {
      dead.read();
      options.shown();
    }),
  ];
  return {
    element,
    destroy() {
      for (const end of ends) end();
      dead.stop();
      element.remove();
    },
  };
}

export type UnreadPanel = ReturnType<typeof unreadPanel>;
