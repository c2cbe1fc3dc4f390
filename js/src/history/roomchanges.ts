/** The changes of title, language and so on, each between two versions of the code. */
import {languageName} from "../editor/languagenames";
import {h, menu, setText} from "../ui/dom";
import {isolated, plain} from "../ui/names";
import {relativeTime} from "../ui/time";
import type {HistoryRoutes, RevisionEntry, RoomChange} from "../wire/history";
import {authorName} from "./labels";

type Pair = readonly [string | number | boolean, string | number | boolean];

const SWITCHES: Readonly<Record<string, string>> = {
  suggestions: "suggestions",
  guestsMayAsk: "requests of guests",
  guestsSeeOutput: "output for guests",
  guestsSeeHtml: "HTML for guests",
};

function part(name: string, [before, after]: Pair): string {
  const quoted = (title: Pair[0]): string => (title ? `“${isolated(String(title))}”` : "no title");
  switch (name) {
    case "title":
      return `renamed the room from ${quoted(before)} to ${quoted(after)}`;
    case "language":
      return `set the language from ${languageName(String(before))} to ${languageName(String(after))}`;
    case "limit":
      return `set the number of people at a time from ${before} to ${after}`;
    default:
      return `switched ${SWITCHES[name] ?? name} ${after ? "on" : "off"}`;
  }
}

/** Who changed what: "Ann renamed the room from “a” to “b”". */
export function roomChangeLabel(change: RoomChange): string {
  const parts = Object.entries(change.differences).map(([name, pair]) => part(name, pair));
  return `${isolated(authorName(change))} ${parts.join(", and ") || "changed nothing"}`;
}

/** The changes after a version of the history, and before the next one. */
export function changesAt(
  changes: readonly RoomChange[],
  {version, first = version}: Pick<RevisionEntry, "version" | "first">,
): RoomChange[] {
  return changes.filter(each => first <= each.version && each.version <= version);
}

export interface RoomChangesOptions {
  readonly routes: HistoryRoutes;
  /** Displays a version. */
  readonly go: (version: number) => void;
}

export class RoomChanges {
  /** A menu of all changes, and those at the displayed version. */
  readonly element: HTMLElement;
  private readonly choice = menu([], {"aria-label": "Go to a change of the room"});
  private readonly list = h("ul", {class: "pairedit-room-changes", role: "list"});
  private changes: readonly RoomChange[] = [];
  private entry: RevisionEntry | null = null;
  private count = -1;

  constructor(private readonly options: RoomChangesOptions) {
    this.element = h("div", {class: "pairedit-room-change-row"}, this.choice, this.list);
    this.element.hidden = true;
    this.choice.addEventListener("change", () => {
      const chosen = this.changes.find(each => String(each.number) === this.choice.value);
      if (chosen) options.go(chosen.version);
    });
  }

  /** Reads the changes again when there are `count`. Without them, the history is still there. */
  async follow(count: number): Promise<void> {
    if (count === this.count) return;
    this.count = count;
    this.changes = count ? await this.options.routes.changes().catch(() => this.changes) : [];
    const first = h("option", {value: "", text: `Changes of the room (${this.changes.length})`});
    this.choice.replaceChildren(first, ...this.changes.map(each => this.option(each)));
    this.element.hidden = !this.changes.length;
    this.draw();
  }

  /** Sets the displayed version. */
  display(entry: RevisionEntry): void {
    this.entry = entry;
    this.draw();
  }

  private option(change: RoomChange): HTMLElement {
    const text = `${plain(roomChangeLabel(change))} (after version ${change.version})`;
    return h("option", {value: String(change.number), translate: "no", text});
  }

  private draw(): void {
    const here = this.entry ? changesAt(this.changes, this.entry) : [];
    const now = this.options.routes.now();
    const rows = here.map(change => {
      const row = h("li");
      setText(row, `Then ${roomChangeLabel(change)}, ${relativeTime(change.at, now)}`);
      row.title = new Date(change.at * 1000).toLocaleString();
      return row;
    });
    this.list.replaceChildren(...rows);
    const chosen = here.find(each => String(each.number) === this.choice.value);
    this.choice.value = String((chosen ?? here[0])?.number ?? "");
  }
}
