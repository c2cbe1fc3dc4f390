/**
 * The history panel: a slider over the room's life, and the code as it was. A file of its own,
 * history.js, that is loaded when it is first opened; CodeMirror comes from whoever opens it.
 */
import type {Room} from "../client/types";
import {button, h, setText} from "../ui/dom";
import {colourClass, initials} from "../ui/names";
import {throttle} from "../ui/timing";
import type {HistoryRoutes, RevisionEntry} from "../wire/history";
import type {HistoryKit} from "./kit";
import {HistoryLog} from "./log";
import {NO_MARKS, marksOf} from "./marks";
import {pointsBar} from "./points";
import {lifeStrip} from "./strip";
import {historyView} from "./view";
import {ago, authorName, deed, place, spoken} from "./words";

export {HistoryRoutes} from "../wire/history";
export {replacedBar} from "./replacednotice";
export {Restorer} from "./replacednotice";

export interface HistoryOptions {
  readonly room: Room;
  readonly routes: HistoryRoutes;
  readonly kit: HistoryKit;
  /** Whether this host lets its reader write. */
  readonly mayWrite: () => boolean;
  /** Brings a version back; rejects with an Error whose message is for people. */
  readonly restore: (version: number) => Promise<void>;
  readonly announce: (sentence: string) => void;
  /** The panel has been closed, from inside or by `close`. */
  readonly onClose: () => void;
}

export interface HistoryPanel {
  readonly element: HTMLElement;
  focus(): void;
  close(): void;
}

/** How long the slider rests before a page is asked for: a pull over many pages asks for one. */
const REST_MS = 120;
/** How often the panel grows with the room. */
const GROW_MS = 500;
const NOTHING_YET = "Nobody has changed anything yet. What is typed from now on can be read here.";

export function openHistory(options: HistoryOptions): HistoryPanel {
  const {room, routes, kit} = options;
  const log = new HistoryLog(routes, kit);
  let head = room.state.version;
  let version = head;
  let shown: number | null = null;
  let timer = 0;
  let closed = false;

  const view = historyView(kit);
  const slider = h("input", {type: "range", min: "0", step: "1", "aria-label": "Version"});
  const strip = lifeStrip();
  const back = button("Back", () => go(log.step(version).first - 1), "pairedit-back");
  const forward = button("Forward", () => void goForward(), "pairedit-forward");
  const restore = button("Restore this version", () => void bringBack(), "pairedit-restore");
  const now = button("Back to now", close, "pairedit-now");
  const badge = h("span", {class: "pairedit-badge", "aria-hidden": "true"});
  const who = h("span", {class: "pairedit-who", dir: "auto"});
  const when = h("time", {class: "pairedit-when"});
  const whole = h("span", {class: "pairedit-whole", text: "Whole file"});
  const count = h("span", {class: "pairedit-version"});
  const problem = h("span", {class: "pairedit-sentence", role: "alert"});
  const again = button("Try again", () => {
    go(version);
    void points.load();
  });
  const trouble = h("div", {class: "pairedit-notice", "data-tone": "error"}, problem, again);
  trouble.hidden = true;
  back.title = "To the end of the step before";
  forward.title = "To the end of the next step";

  const points = pointsBar({...options, go: to => go(to), fail});
  const facts = h("div", {class: "pairedit-facts"}, badge, who, when, whole, count);
  const life = h("div", {class: "pairedit-life"}, slider, strip.element, points.flags);
  const steps = h("div", {class: "pairedit-steps"}, back, life, forward);
  const ends = h("div", {class: "pairedit-ends"}, restore, now);
  const element = h(
    "section",
    {class: "pairedit-history", "aria-label": "History"},
    h("div", {class: "pairedit-history-bar"}, steps, facts, ends, points.element),
    trouble,
    h("div", {class: "pairedit-then"}, view.element),
  );

  /** Shows a version, at once if it was read. */
  function go(to: number, rest = 0): void {
    version = Math.max(0, Math.min(head, to));
    slider.value = String(version);
    window.clearTimeout(timer);
    trouble.hidden = true;
    if (log.has(version)) return show();
    setText(count, `${place(version, head)} · loading…`);
    points.show(null, head);
    back.disabled = forward.disabled = restore.disabled = true;
    timer = window.setTimeout(() => void load(), rest);
  }

  async function load(): Promise<void> {
    const wanted = version;
    try {
      await log.load(wanted);
    } catch (error) {
      if (wanted === version) fail(error);
      return;
    }
    if (closed) return;
    strip.show(log.steps(), head, colour);
    if (wanted === version) show();
  }

  function show(): void {
    const entry = log.entry(version);
    // Of those that were merged only the last one is there.
    version = entry.version;
    slider.value = String(version);
    const changes = log.changes(version);
    const code = log.code(version);
    const marks = changes ? marksOf(changes, log.before(version)) : NO_MARKS;
    const way = shown === null ? null : log.way(shown, version);
    view.show({code, way, marks, colour: colour(entry), label: `Code at version ${version}`});
    shown = version;
    tell(entry);
  }

  function tell(entry: RevisionEntry): void {
    const time = Date.now() / 1000;
    setText(badge, initials(authorName(entry)));
    badge.className = `pairedit-badge ${colour(entry)}`;
    setText(who, head ? deed(entry) : `${deed(entry)}. ${NOTHING_YET}`);
    setText(when, ago(entry.at, time));
    when.dateTime = new Date(entry.at * 1000).toISOString();
    when.title = new Date(entry.at * 1000).toLocaleString();
    whole.hidden = entry.kind !== "write" || version === 0;
    setText(count, place(version, head, entry.first));
    slider.setAttribute("aria-valuetext", spoken(entry, head, time));
    measure();
  }

  /** What depends on how long the life is by now. */
  function measure(): void {
    slider.max = String(head);
    slider.disabled = head === 0;
    back.disabled = version === 0;
    forward.disabled = version >= head;
    restore.disabled = version >= head || !options.mayWrite();
    points.show(log.has(version) ? version : null, head);
  }

  /** Who is here keeps the colour that they have in the bar. */
  function colour({author, color}: RevisionEntry): string {
    const person = room.state.people.find(({name}) => name === author);
    return colourClass(person?.color ?? color);
  }

  async function goForward(): Promise<void> {
    const {last} = log.step(version);
    if (version < last) return go(last);
    try {
      await log.load(version + 1);
    } catch (error) {
      return fail(error);
    }
    if (closed) return;
    strip.show(log.steps(), head, colour);
    go(log.step(version + 1).last);
  }

  async function bringBack(): Promise<void> {
    const wanted = version;
    restore.disabled = true;
    try {
      await options.restore(wanted);
    } catch (error) {
      measure();
      return fail(error);
    }
    close();
    options.announce(`Version ${wanted} is back.`);
  }

  function fail(error: unknown): void {
    if (closed) return;
    setText(problem, error instanceof Error ? error.message : "The history cannot be read.");
    trouble.hidden = false;
  }

  function close(): void {
    if (closed) return;
    closed = true;
    window.clearTimeout(timer);
    unsubscribe();
    view.destroy();
    element.remove();
    options.onClose();
  }

  /** Others go on typing: the life grows under what is shown. */
  const grown = throttle(() => {
    if (closed) return;
    strip.show(log.steps(), head, colour);
    if (log.has(version)) tell(log.entry(version));
    else measure();
  }, GROW_MS);
  const unsubscribe = room.subscribe(state => {
    if (state.version === head) return;
    if (state.version < head) return close(); // Another history than the one that was read.
    head = state.version;
    grown.put();
  });
  slider.addEventListener("input", () => {
    const to = Number(slider.value);
    // The others of a run that was merged are its last one: an arrow key would not get out of it.
    go(to === version - 1 && log.has(version) ? log.previous(version) : to, REST_MS);
  });
  element.addEventListener("keydown", event => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  });
  measure();
  go(head);
  void points.load();
  return {element, focus: () => (head ? slider : now).focus(), close};
}
