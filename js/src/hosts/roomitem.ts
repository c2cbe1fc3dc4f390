/** One line of the list of rooms: what it is, who is in it, open and delete. */
import {languageName} from "../editor/languagenames";
import {h} from "../ui/dom";
import type {ListedRoom} from "../wire/api";

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];

/** "5 minutes ago", "yesterday"; a date when it is more than a month. Times are in seconds. */
export function ago(then: number, now: number, locale = "en"): string {
  const passed = Math.max(0, now - then);
  if (passed > 30 * 86400) {
    return new Date(then * 1000).toLocaleDateString(locale, {dateStyle: "medium"});
  }
  for (const [unit, seconds] of STEPS) {
    if (passed < seconds) continue;
    const format = new Intl.RelativeTimeFormat(locale, {numeric: "auto"});
    return format.format(-Math.floor(passed / seconds), unit);
  }
  return "just now";
}

function here(people: readonly string[]): HTMLElement | null {
  if (!people.length) return null;
  const text = people.length === 1 ? "1 person here" : `${people.length} people here`;
  return h("span", {class: "here", title: people.join(", "), text});
}

export interface RoomItemOptions {
  readonly href: string;
  /** Deletes the room; the line says so when it fails. */
  readonly remove: () => Promise<void>;
  /** The line is gone. */
  readonly onGone: () => void;
}

export function roomItem(room: ListedRoom, options: RoomItemOptions): HTMLLIElement {
  const {href, remove, onGone} = options;
  const name = room.title || "Untitled room";
  const what = h(
    "div",
    {class: "room-what"},
    h("a", {href, title: name, dir: "auto", text: name}),
    h("p", {
      class: "soft",
      text: `${languageName(room.language)} · changed ${ago(room.changedAt, Date.now() / 1000)}`,
    }),
  );
  const actions = h("div", {class: "room-actions"});
  const item = h("li", {"data-room-id": room.roomId}, what, here(room.people), actions);
  const open = h("a", {class: "button small", href, "aria-label": `Open ${name}`, text: "Open"});
  const ask = press("Delete", `Delete ${name}`, () => confirmFirst());
  actions.append(open, ask);

  function confirmFirst(): void {
    const question = h("span", {text: "Delete its code for everybody?"});
    const keep = press("Keep", `Keep ${name}`, () => {
      actions.replaceChildren(open, ask);
      ask.focus();
    });
    const really = press("Delete", `Really delete ${name}`, () => void confirmed());
    async function confirmed(): Promise<void> {
      really.disabled = true;
      try {
        await remove();
      } catch (error) {
        question.textContent = error instanceof Error ? error.message : "It was not deleted.";
        really.disabled = false;
        return;
      }
      item.remove();
      onGone();
    }
    really.classList.add("danger");
    actions.replaceChildren(question, really, keep);
    keep.focus();
  }
  return item;
}

function press(text: string, label: string, onPress: () => void): HTMLButtonElement {
  const button = h("button", {type: "button", class: "button small", "aria-label": label, text});
  button.addEventListener("click", onPress);
  return button;
}
