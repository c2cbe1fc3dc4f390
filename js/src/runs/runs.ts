/** Runs of an editor: pressing, the output, and questions of guests. It is in runs.js. */
import type {Runs} from "../client/runnews";
import type {Room, RoomState} from "../client/types";
import {h} from "../ui/dom";
import {shownName} from "../ui/names";
import type {Api} from "../wire/api";
import type {RunChanged} from "../wire/protocol.gen";
import {RunRoutes} from "../wire/runs";
import {personLabel} from "./labels";
import {RunsModel} from "./model";
import {RunPanel} from "./panel";
import {Positions} from "./positions";
import type {Part} from "./press";
import {Presser} from "./presser";
import {questionPanel} from "./question";
import type {QuestionPanel} from "./question";

export {VERSION} from "../wire/protocol.gen";

export interface RunsContext {
  readonly room: Room;
  /** Null for guests. */
  readonly api: Api | null;
  readonly roomId: string;
  readonly kernelId: () => string | null;
  /** What is to be run now; null: all. */
  readonly part: (selection: boolean) => Part | null;
  /** Moves the caret to a place and displays it. */
  readonly reveal: (place: number) => void;
  readonly marks: (text: string) => (string | HTMLElement)[];
  /** The nonce of the page's Content-Security-Policy; empty without one. */
  readonly nonce: string;
  /** Below the code, and below the bar. */
  readonly below: HTMLElement;
  readonly above: HTMLElement;
  readonly focus: () => void;
  readonly announce: (sentence: string) => void;
}

export interface RunsPart {
  /** `seen`: whether the code is still that of the moment of the press. */
  press(selection: boolean, seen: boolean): void;
  /** Displays an earlier run. */
  choose(run: number): Promise<void>;
  update(state: RoomState): void;
  destroy(): void;
}

/** Several editors of a room display the same runs. */
const models = new WeakMap<Runs, RunsModel>();

function modelOf({runs}: Room): RunsModel {
  const known = models.get(runs);
  if (known) return known;
  const model = new RunsModel();
  models.set(runs, model);
  runs.receive(news => model.receive(news));
  return model;
}

export function openRuns(context: RunsContext): RunsPart {
  const {room, api, roomId, focus, announce} = context;
  const model = modelOf(room);
  const routes = api && new RunRoutes(api, roomId);
  const positions = new Positions(room);
  const now = (): number => routes?.now() ?? Date.now() / 1000;
  const questions = h("div", {class: "pairedit-runs"});
  let question: QuestionPanel | null = null;
  let since: string[] = [];

  /** The number of lines before the part that a run executes. */
  function offset({version, from}: RunChanged): number {
    const text = from ? positions.textAt(version) : null;
    return text && from ? text.lineAt(Math.min(from, text.length)).number - 1 : 0;
  }

  async function read(run: number): Promise<void> {
    if (!routes) return;
    try {
      const outputs = await routes.outputs(run);
      const known = model.get(run)?.info;
      const info = known ?? (await routes.runs(run - 1)).find(each => each.run === run);
      if (info) model.add(info, outputs);
    } catch (error) {
      announce(error instanceof Error ? error.message : "The output could not be read.");
    }
  }

  const panel = new RunPanel({
    ...{model, nonce: context.nonce},
    now,
    offset,
    focus,
    announce,
    go: (version, line) => context.reveal(positions.placeOf(version, line)),
    stop: run => room.runs.send({type: "stop", run}),
    withdraw: run => room.runs.send({type: "withdraw", run}),
    mayStop: info => !room.state.guest || info.own === true,
    read: run => void read(run),
  });
  const presser = new Presser({
    ...context,
    model,
    routes,
    place: context.above,
    taken: () => panel.release(),
  });
  context.below.append(panel.element);
  context.above.append(questions);

  function followQuestion(): void {
    const asked = model.question;
    if (asked?.run === question?.run) return;
    question?.destroy();
    question = null;
    if (!asked) return;
    const {run, digest, client, from, version} = asked;
    since = [...(asked.since ?? [])];
    const approve = (): void => room.runs.send({type: "approve", run, digest});
    question = questionPanel({
      question: asked,
      before: positions.textAt(version)?.sliceString(0, from ?? 0) ?? null,
      marks: context.marks,
      approve,
      refuse: () => room.runs.send({type: "refuse", run}),
      grant() {
        approve();
        room.runs.send({type: "grant", client, what: "run"});
      },
    });
    questions.append(question.element);
    announce(`${personLabel({...asked, guest: true})} asks to run code.`);
  }

  const ends = [
    model.subscribe(followQuestion),
    model.onRefusal(({message}) => presser.displayProblem(message)),
    room.runs.onRevision((changes, author) => {
      if (!question || changes.empty) return;
      const person = room.state.people.find(({clients}) => clients.includes(author));
      since.push(person ? shownName(person) : "Somebody");
      question.setSince(since);
    }),
  ];
  followQuestion();

  return {
    press(selection, seen) {
      if (seen) presser.press(selection);
      else presser.changed(selection);
    },
    async choose(run) {
      if (!model.get(run)) await read(run);
      panel.choose(run);
    },
    update({status, kernel}) {
      if (kernel?.state === "none" && kernel.may === "run") presser.give();
      panel.element.toggleAttribute("data-offline", status === "reconnecting");
    },
    destroy() {
      for (const end of ends) end();
      question?.destroy();
      presser.destroy();
      panel.destroy();
      positions.destroy();
    },
  };
}
