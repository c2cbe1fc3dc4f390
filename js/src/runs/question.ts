/**
 * The question of a guest whether code may run, for people who may decide. It takes no focus, and
 * its buttons are disabled at first: a guest can choose the moment at which it appears.
 */
import {button, h, setText} from "../ui/dom";
import {pageTimers} from "../ui/timing";
import type {Timers} from "../ui/timing";
import type {Question} from "../wire/protocol.gen";
import {DeadTime, whenVisible} from "./deadtime";
import {lineDiff} from "./diff";
import {personLabel} from "./labels";
import {diffLines, listing} from "./listing";
import type {ListedLine} from "./listing";
import {firstLine, noteOf, sinceLabel, warnings} from "./notes";

export interface QuestionOptions {
  readonly question: Question;
  /** The text of the version before the part that would be run; null if it is not known. */
  readonly before: string | null;
  readonly marks: (text: string) => (string | HTMLElement)[];
  readonly approve: () => void;
  readonly refuse: () => void;
  /** Lets the guest run without asking, and runs this. */
  readonly grant: () => void;
  readonly timers?: Timers;
}

/** The lines of the code, with why they are noted, and which the last run did not have. */
export function questionLines(question: Question, before: string | null): ListedLine[] {
  const first = firstLine(question, before);
  const noted = new Map(question.lines?.map(each => [each.line, noteOf(each)]));
  const {previous} = question;
  const diff = previous === undefined ? null : lineDiff(previous, question.code);
  const added =
    diff?.filter(({kind}) => kind !== "removed").map(({kind}) => kind === "added") ?? [];
  return question.code.split("\n").map((text, index) => {
    const note = noted.get(first + index);
    const line = {number: first + index, text};
    if (note) return {...line, kind: "noted" as const, note};
    return added[index] ? {...line, kind: "changed" as const} : line;
  });
}

export function questionPanel(options: QuestionOptions) {
  const {question, marks, timers = pageTimers} = options;
  const {from, version, previous} = question;
  let left = Math.floor(question.seconds);
  let timer: number | null = null;

  const text = listing(questionLines(question, options.before), "The code that would run", marks);
  const what = from === undefined ? `version ${version}` : `a part of version ${version}`;
  const head = h("h2");
  setText(head, `${personLabel({...question, guest: true})} asks to run ${what}`);
  const since = h("p", {class: "pairedit-since"});
  const expires = h("span", {class: "pairedit-soft"});
  const scroll = h("span", {class: "pairedit-soft", text: "Scroll to the end of the code first."});
  const run = button("Run once", options.approve, "pairedit-primary");
  const refuse = button("Not now", options.refuse);
  const grant = button("Let this guest run for an hour", options.grant);
  const dead = new DeadTime([run, refuse, grant], timers);
  const element = h(
    "section",
    {class: "pairedit-question", "aria-label": "A guest asks to run code"},
    h(
      "div",
      {class: "pairedit-reading"},
      head,
      h("p", {class: "pairedit-warning", text: "This runs as you, with your files."}),
      ...warnings(question.lines ?? []).map(each =>
        h("p", {class: "pairedit-warning", text: each}),
      ),
      text.element,
      difference(previous, question.code, marks),
      since,
    ),
    h("div", {class: "pairedit-actions"}, run, refuse, grant, scroll, expires),
  );
  const ends = [
    whenVisible(run, () => dead.visible()),
    whenVisible(text.end, () => {
      scroll.hidden = true;
      dead.read();
    }),
  ];

  function count(): void {
    setText(expires, left > 0 ? `Expires in ${left} s.` : "Expires now.");
    if (left-- > 0) timer = timers.setTimeout(count, 1000);
  }
  count();
  setSince(question.since ?? []);

  function setSince(names: readonly string[]): void {
    const sentence = sinceLabel(names);
    setText(since, sentence);
    since.hidden = !sentence;
  }

  return {
    element,
    run: question.run,
    /** Sets who has changed the code after the version of the question. */
    setSince,
    destroy() {
      for (const end of ends) end();
      dead.stop();
      if (timer !== null) timers.clearTimeout(timer);
      element.remove();
    },
  };
}

export type QuestionPanel = ReturnType<typeof questionPanel>;

function difference(
  previous: string | undefined,
  code: string,
  marks: QuestionOptions["marks"],
): HTMLElement {
  const sentence = (text: string): HTMLElement => h("p", {class: "pairedit-soft", text});
  if (previous === undefined) return sentence("Nothing was run in this room before.");
  if (previous === code) return sentence("It is the code of the last run.");
  const lines = diffLines(lineDiff(previous, code));
  const {element} = listing(lines, "What changed since the last run", marks);
  const summary = h("summary", {text: "What changed since the last run"});
  return h("details", {class: "pairedit-difference"}, summary, element);
}
