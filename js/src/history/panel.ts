/**
 * The history panel: a slider over all versions, and the code at the chosen one. It is in history.js
 * and gets CodeMirror from editor.js.
 */
import type {Room} from "../client/types";
import {button, h, onEscape, setText} from "../ui/dom";
import {colourClass, initials} from "../ui/names";
import {createNotice} from "../ui/notice";
import {relativeTime} from "../ui/time";
import {throttle} from "../ui/timing";
import type {HistoryRoutes, RevisionEntry} from "../wire/history";
import type {RunRoutes} from "../wire/runs";
import type {HistoryKit} from "./kit";
import {authorName, entryLabel, versionLabel} from "./labels";
import {HistoryLog} from "./log";
import {NO_MARKS, marksOf} from "./marks";
import {pointsBar} from "./points";
import {RoomChanges} from "./roomchanges";
import {runMarks} from "./runmarks";
import {authorStrip} from "./strip";
import {historyView} from "./view";
import {whoLine} from "./who";

export {VERSION} from "../wire/protocol.gen";
export {HistoryRoutes} from "../wire/history";
export {RunRoutes} from "../wire/runs";
export {Restorer, replacedNotice} from "./replacednotice";

export interface HistoryOptions {
  readonly room: Room;
  readonly routes: HistoryRoutes;
  readonly runs: RunRoutes;
  /** Displays the output of a run below the code. */
  readonly showRun: (run: number) => void;
  readonly kit: HistoryKit;
  /** Whether the person may write here. */
  readonly mayWrite: () => boolean;
  /** Restores a version. Rejects with an Error to display. */
  readonly restore: (version: number) => Promise<void>;
  readonly announce: (sentence: string) => void;
  /** Called once, when the panel has closed. */
  readonly onClose: () => void;
}

/** How long the slider must rest before a page is requested, so that a drag requests only one. */
const REST_MS = 120;
/** How often the panel follows new versions. */
const FOLLOW_MS = 500;
const EMPTY = "There are no changes yet. Changes from now on are listed here.";

export function openHistory(options: HistoryOptions) {
  const {room, routes, kit} = options;
  const log = new HistoryLog(routes, kit);
  let head = room.state.version;
  let version = head;
  let shown: number | null = null;
  let timer = 0;
  let closed = false;

  const view = historyView(kit);
  const slider = h("input", {type: "range", min: "0", step: "1", "aria-label": "Version"});
  const strip = authorStrip();
  const back = button("Back", () => go(log.step(version).first - 1), "pairedit-back");
  const forward = button("Forward", () => void goForward(), "pairedit-forward");
  const restore = button("Restore this version", () => void restoreShown(), "pairedit-restore");
  const now = button("Back to now", close, "pairedit-now");
  const badge = h("span", {class: "pairedit-badge", "aria-hidden": "true"});
  const who = whoLine();
  const when = h("time", {class: "pairedit-when"});
  const whole = h("span", {class: "pairedit-whole", text: "Whole file", hidden: "true"});
  const count = h("span", {class: "pairedit-version"});
  const focus = (): void => (head ? slider : now).focus();
  const trouble = createNotice({name: "trouble", tone: "error", role: "alert", focus});
  const retry = (): void => {
    go(version);
    void points.load();
    void runs.load();
  };
  trouble.add(button("Try again", retry));
  back.title = "Go to the end of the previous step";
  forward.title = "Go to the end of the next step";

  const points = pointsBar({...options, go: to => go(to), displayError});
  const runs = runMarks({...options, go: to => go(to)});
  const roomChanges = new RoomChanges({...options, go: to => go(to)});
  const facts = h("div", {class: "pairedit-facts"}, badge, who.element, when, whole, count);
  const timeline = h(
    "div",
    {class: "pairedit-life"},
    slider,
    strip.element,
    points.markers,
    runs.markers,
  );
  const steps = h("div", {class: "pairedit-steps"}, back, timeline, forward);
  const ends = h("div", {class: "pairedit-ends"}, restore, now);
  const element = h(
    "section",
    {class: "pairedit-history", "aria-label": "History"},
    h(
      "div",
      {class: "pairedit-history-bar"},
      steps,
      facts,
      ends,
      points.element,
      runs.element,
      roomChanges.element,
    ),
    trouble.element,
    h("div", {class: "pairedit-then"}, view.element),
  );

  /** Displays a version: at once if it was read, otherwise when no other is chosen for `rest` ms. */
  function go(to: number, rest = 0): void {
    version = Math.max(0, Math.min(head, to));
    slider.value = String(version);
    window.clearTimeout(timer);
    trouble.display("");
    if (log.has(version)) return display();
    setText(count, `${versionLabel(version, head)} · loading…`);
    points.update(null, head);
    runs.update(null, head);
    back.disabled = forward.disabled = restore.disabled = true;
    timer = window.setTimeout(() => void load(), rest);
  }

  async function load(): Promise<void> {
    const wanted = version;
    if (await read(wanted, () => wanted === version)) display();
  }

  /** Reads a version. Returns whether it was read and is still `wanted`. */
  async function read(to: number, wanted = (): boolean => true): Promise<boolean> {
    try {
      await log.load(to);
    } catch (error) {
      if (wanted()) displayError(error);
      return false;
    }
    if (!closed) strip.update(log.steps(), head, colour);
    return !closed && wanted();
  }

  function display(): void {
    const entry = log.entry(version);
    // Of merged versions only the last one exists.
    version = entry.version;
    slider.value = String(version);
    const changes = log.changes(version);
    const code = log.code(version);
    const marks = changes ? marksOf(changes, log.before(version)) : NO_MARKS;
    const change = shown === null ? null : log.changeBetween(shown, version);
    view.display({code, change, marks, colour: colour(entry), label: `Code at version ${version}`});
    shown = version;
    describe(entry);
  }

  function describe(entry: RevisionEntry): void {
    const time = routes.now();
    setText(badge, initials(authorName(entry)));
    badge.className = `pairedit-badge ${colour(entry)}`;
    who.display(entry, head ? "" : EMPTY);
    setText(when, relativeTime(entry.at, time));
    when.dateTime = new Date(entry.at * 1000).toISOString();
    when.title = new Date(entry.at * 1000).toLocaleString();
    whole.hidden = entry.kind !== "write" || version === 0;
    setText(count, versionLabel(version, head, entry.first));
    roomChanges.display(entry);
    slider.setAttribute("aria-valuetext", entryLabel(entry, head, time));
    measure();
  }

  /** Updates what depends on the newest version. */
  function measure(): void {
    slider.max = String(head);
    slider.disabled = head === 0;
    back.disabled = version === 0;
    forward.disabled = version >= head;
    restore.disabled = version >= head || !options.mayWrite();
    const displayed = log.has(version) ? version : null;
    points.update(displayed, head);
    runs.update(displayed, head);
  }

  /** The colour of an author: the one in the toolbar for a person who is in the room. */
  function colour({author, color}: RevisionEntry): string {
    const person = room.state.people.find(({name}) => name === author);
    return colourClass(person?.color ?? color);
  }

  async function goForward(): Promise<void> {
    const {last} = log.step(version);
    if (version < last) return go(last);
    if (await read(version + 1)) go(log.step(version + 1).last);
  }

  async function restoreShown(): Promise<void> {
    const wanted = version;
    restore.disabled = true;
    try {
      await options.restore(wanted);
    } catch (error) {
      measure();
      return displayError(error);
    }
    close();
    options.announce(`Version ${wanted} is restored.`);
  }

  function displayError(error: unknown): void {
    if (!closed) trouble.displayError(error);
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

  const followHead = throttle(() => {
    if (closed) return;
    strip.update(log.steps(), head, colour);
    if (log.has(version)) describe(log.entry(version));
    else measure();
  }, FOLLOW_MS);
  const unsubscribe = room.subscribe(state => {
    void roomChanges.follow(state.changes);
    if (state.version === head) return;
    if (state.version < head) return close(); // The room was made again: this history is gone.
    head = state.version;
    followHead.put();
  });
  slider.addEventListener("input", () => {
    const to = Number(slider.value);
    // A merged version leads to the last of its run, so an arrow key could not leave the run.
    go(to === version - 1 && log.has(version) ? log.previous(version) : to, REST_MS);
  });
  onEscape(element, close);
  measure();
  go(head);
  void points.load();
  void runs.load();
  void roomChanges.follow(room.state.changes);
  return {element, focus, close};
}

export type HistoryPanel = ReturnType<typeof openHistory>;
