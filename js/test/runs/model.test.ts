import assert from "node:assert/strict";
import {test} from "node:test";
import {RunsModel, runToShow} from "../../src/runs/model";
import type {Answer} from "../../src/runs/model";
import type {Question, RunChanged, RunOutput} from "../../src/wire/protocol.gen";

const run = (number: number, more: Partial<RunChanged> = {}): RunChanged => ({
  ...{type: "run", run: number, version: 1, by: "Ann", state: "running", askedAt: 0},
  ...more,
});
const question: Question = {
  ...{type: "question", run: 1, version: 1, digest: "d", code: "x", by: "Bob", client: "b"},
  seconds: 60,
};

function opened(): RunsModel {
  const model = new RunsModel();
  model.receive({type: "welcome", epoch: "e"});
  return model;
}

const shown = (model: RunsModel, of = 1): unknown =>
  model.get(of)?.outputs.map(([number, , text]) => `${number} ${text}`);

function output(model: RunsModel, ...outputs: RunOutput[]): void {
  model.receive({type: "output", run: 1, outputs});
}

test("outputs are in the order of their numbers, and one replaces that with its number", () => {
  const model = opened();
  model.receive(run(1));
  output(model, [2, "stdout", "c"], [0, "stdout", "a"]);
  output(model, [2, "stdout", "cc"], [5, "display", "d"]);
  assert.deepEqual(shown(model), ["0 a", "2 cc", "5 d"]);
});

test("only what has changed is another object", () => {
  const model = opened();
  model.receive(run(1));
  output(model, [0, "stdout", "a"], [1, "stdout", "b"]);
  const before = model.get(1)?.outputs ?? [];
  output(model, [1, "stdout", "bb"]);
  const after = model.get(1)?.outputs ?? [];
  assert.equal(after[0], before[0]);
  assert.notEqual(after[1], before[1]);
});

test("outputs that the code has cleared disappear, and do not come back", () => {
  const model = opened();
  model.receive(run(1));
  output(model, [0, "stdout", "a"], [1, "stdout", "b"]);
  model.receive(run(1, {first: 1}));
  output(model, [0, "stdout", "late"], [2, "stdout", "c"]);
  assert.deepEqual(shown(model), ["1 b", "2 c"]);
});

test("after a lost connection the outputs are still there, and the newer ones are added", () => {
  const model = opened();
  model.receive(run(1));
  output(model, [0, "stdout", "a"]);
  model.receive({type: "lost"});
  model.receive({type: "welcome", epoch: "e"});
  model.receive(run(1, {state: "done"}));
  output(model, [0, "stdout", "ab"], [1, "stdout", "c"]);
  assert.deepEqual(shown(model), ["0 ab", "1 c"]);
  assert.equal(model.get(1)?.info.state, "done");
});

test("the runs of a room that was deleted are not those of the room that is made again", () => {
  const model = opened();
  model.receive(run(1));
  model.receive({type: "welcome", epoch: "another"});
  assert.deepEqual(model.runs, []);
});

test("outputs of a run that is not known are ignored", () => {
  const model = opened();
  output(model, [0, "stdout", "a"]);
  assert.equal(model.get(1), null);
});

test("a question is open until its run has another state, and until the connection ends", () => {
  const model = opened();
  model.receive(run(1, {state: "asked"}));
  model.receive(question);
  model.receive(run(2, {state: "queued"}));
  assert.equal(model.question, question);
  model.receive(run(1, {state: "expired"}));
  assert.equal(model.question, null);
  model.receive(question);
  model.receive({type: "lost"});
  assert.equal(model.question, null);
});

test("an answer goes to its request, once; a lost connection answers all", () => {
  const model = opened();
  const answers: (Answer | null | string)[] = [];
  const first = model.request(answer => answers.push("first", answer));
  model.request(answer => answers.push("second", answer));
  const taken = {type: "run_taken", id: first, run: 4, state: "queued"} as const;
  model.receive(taken);
  model.receive(taken);
  model.receive({type: "run_refused", id: 99, code: "stale", message: "no"});
  model.receive({type: "lost"});
  assert.deepEqual(answers, ["first", taken, "second", null]);
});

test("of more runs than the server keeps, the oldest go", () => {
  const model = opened();
  for (let number = 1; number <= 60; number++) model.receive(run(number));
  const numbers = model.runs.map(({info}) => info.run);
  assert.deepEqual([numbers.length, numbers[0], numbers.at(-1)], [50, 11, 60]);
});

test("of more runs than the server keeps, questions go before what has shown something", () => {
  const model = opened();
  for (let number = 1; number <= 3; number++)
    model.receive(run(number, {state: "done", startedAt: 1}));
  for (let number = 4; number <= 60; number++) model.receive(run(number, {state: "refused"}));
  const numbers = model.runs.map(({info}) => info.run);
  assert.deepEqual([numbers.length, ...numbers.slice(0, 4), numbers.at(-1)], [50, 1, 2, 3, 14, 60]);
});

test("what REST has sent is added to what came by the socket", () => {
  const model = opened();
  model.receive(run(1, {state: "done"}));
  let calls = 0;
  const end = model.subscribe(() => calls++);
  model.add(run(1, {state: "done"}), [[0, "stdout", "a"]]);
  end();
  output(model, [1, "stdout", "b"]);
  assert.deepEqual(shown(model), ["0 a", "1 b"]);
  assert.equal(calls, 1);
});

test("a run that this page has requested is its own, whatever comes first", () => {
  for (const order of [0, 1]) {
    const model = opened();
    const id = model.request(() => {});
    const news = [run(3), {type: "run_taken", id, run: 3, state: "queued"} as const];
    for (const each of order ? news : news.reverse()) model.receive(each);
    assert.equal(model.get(3)?.info.own, true);
    model.receive(run(3, {state: "done"}));
    assert.equal(model.get(3)?.info.own, true);
  }
});

test("a page displays the run that is executed rather than those that wait behind it", () => {
  const shownOf = (...runs: RunChanged[]): number | undefined => {
    const model = opened();
    for (const each of runs) model.receive(each);
    return runToShow(model.runs)?.info.run;
  };
  const first = run(1, {startedAt: 1});
  assert.equal(shownOf(), undefined);
  assert.equal(shownOf(first, run(2, {state: "queued"})), 1);
  assert.equal(shownOf(first, run(2, {state: "stopped"})), 1);
  assert.equal(shownOf(first, run(2, {state: "asked", own: true})), 2);
  const over: RunChanged = {...first, state: "done"};
  assert.equal(shownOf(over, run(2, {state: "queued"})), 2);
  assert.equal(shownOf(over, run(2, {state: "stopped"})), 2);
  assert.equal(shownOf(over, run(2, {startedAt: 2})), 2);
});
