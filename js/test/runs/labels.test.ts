import assert from "node:assert/strict";
import {test} from "node:test";
import {
  audienceQuestion,
  changedQuestion,
  choiceLabel,
  deedLabel,
  detailLabel,
  durationLabel,
  endLabel,
  stateLabel,
  waitingLabel,
} from "../../src/runs/labels";
import {firstLine, noteOf, sinceLabel, warnings, writersOf} from "../../src/runs/notes";
import {questionLines} from "../../src/runs/question";
import {plain} from "../../src/ui/names";
import type {NotedLine, Person, Question, RunChanged} from "../../src/wire/protocol.gen";

const run = (more: Partial<RunChanged>): RunChanged => ({
  ...{type: "run", run: 7, version: 12, by: "Ann", state: "done", askedAt: 100},
  ...{startedAt: 101, endedAt: 101.42},
  ...more,
});

test("each state is in words", () => {
  const states: [Partial<RunChanged>, string][] = [
    [{state: "asked", own: true}, "Waiting for the owner"],
    [{state: "asked"}, "Asked, not answered yet"],
    [{state: "queued"}, "Waiting for the kernel"],
    [{state: "running", endedAt: 0}, "Running for 4 s"],
    [{state: "done"}, "Done in 0.4 s"],
    [{state: "error"}, "Failed after 0.4 s"],
    [{state: "stopped", endedAt: 166}, "Stopped after 1 min 5 s"],
    [{state: "stopped", startedAt: 0}, "Stopped before it began"],
    [{state: "died"}, "The kernel has ended"],
    [{state: "died", detail: "The kernel was restarted."}, "The kernel was restarted"],
    [{state: "refused"}, "Refused"],
    [{state: "expired"}, "Nobody has answered"],
    [{state: "withdrawn"}, "Taken back"],
  ];
  for (const [more, words] of states) assert.equal(stateLabel(run(more), 105.2), words);
  assert.deepEqual([endLabel(run({})), endLabel(run({state: "running"}))], ["Run finished.", ""]);
  assert.deepEqual([0.0234, 0.0951, 9.94, 9.96, 59.6, -1].map(durationLabel), [
    ...["23 ms", "0.1 s", "9.9 s", "10 s", "1 min 0 s", "1 ms"],
  ]);
});

test("how a run has ended is said once", () => {
  const flood = "It sent more than 64 MiB.";
  const skipped = "The kernel skipped it because a cell before it failed.";
  const ends: [Partial<RunChanged>, string, string, string][] = [
    [{state: "died"}, "The kernel has ended", "", "The kernel has ended."],
    ...[
      ...["The kernel has ended.", "The kernel was restarted.", "The server has ended meanwhile."],
      ...["The kernel does not answer any more.", "The kernel has disconnected."],
    ].map((detail): [Partial<RunChanged>, string, string, string] => [
      ...([{state: "died", detail}, detail.slice(0, -1), "", detail] as const),
    ]),
    [{state: "stopped", detail: flood}, "Stopped after 0.4 s", flood, "Run stopped."],
    [{state: "stopped", startedAt: 0}, "Stopped before it began", "", "Run stopped."],
    [{state: "stopped", detail: skipped}, "Stopped after 0.4 s", skipped, "Run stopped."],
    [{state: "error"}, "Failed after 0.4 s", "", "Run failed."],
    [{state: "done", leftOut: 1}, "Done in 0.4 s", "1 more output was left out.", "Run finished."],
    [{state: "running", endedAt: 0}, "Running for 4 s", "", ""],
  ];
  for (const [more, state, detail, said] of ends) {
    const ended = run(more);
    const labels = [stateLabel(ended, 105.2), detailLabel(ended), endLabel(ended)];
    assert.deepEqual(labels, [state, detail, said]);
  }
});

test("who ran what, who asked for it and who agreed", () => {
  const labels: [Partial<RunChanged>, string][] = [
    [{}, "Ann ran version 12"],
    [{own: true, from: 3, to: 9}, "You ran a part of version 12"],
    [{inCell: true}, "Ann ran version 12 in a cell"],
    [{by: "Bob", guest: true, state: "asked"}, "Bob (guest) asked to run version 12"],
    [{by: "Bob", guest: true, approver: "Ann"}, "Bob (guest) asked to run version 12; Ann agreed"],
    [{by: "Bob", guest: true}, "Bob (guest) ran version 12"],
  ];
  for (const [more, words] of labels) assert.equal(plain(deedLabel(run(more))), words);
  assert.equal(plain(choiceLabel(run({}))), "7: Ann, version 12, done");
  assert.equal(choiceLabel(run({own: true, state: "error"})), "7: you, version 12, failed");
  assert.deepEqual([0, 1, 2].map(waitingLabel), ["", "; 1 more waits", "; 2 more wait"]);
});

test("the bar asks about the lines that were changed meanwhile", () => {
  const lines = {first: 3, last: 3, removed: false, client: ""};
  assert.equal(changedQuestion(lines, ""), "Line 3 was changed meanwhile. Run it?");
  assert.equal(
    plain(changedQuestion({...lines, last: 5}, "Bob")),
    "Lines 3 to 5 were changed meanwhile by Bob. Run them?",
  );
  assert.match(changedQuestion({...lines, removed: true}, ""), /removed at line 3 meanwhile/);
  assert.match(plain(audienceQuestion(["Bob", "Cem"])), /^Bob and Cem are here as guests\./);
});

test("of two guests of one name, the one who wrote the text can be trusted", () => {
  const [ann, gus, other] = (
    [
      ["Ann", false, "a"],
      ["Gus", true, "g"],
      ["Gus (2)", true, "o"],
    ] as const
  ).map(([name, guest, id]): Person => ({name, color: 1, guest, clients: [id]}));
  const people = [ann!, gus!, other!];
  const of = (...clients: string[]): NotedLine => ({line: 1, text: "", clients});

  assert.deepEqual(writersOf([of("o")], people), [other]);
  assert.deepEqual(writersOf([of("g", "o"), of("g"), of("a", "")], people), [gus, other]);
  // A server that does not name the clients, and guests who have left.
  assert.deepEqual(writersOf([{line: 1, text: "", author: "Gus (guest)"}, of("x")], people), []);
});

const lines: NotedLine[] = [
  {line: 4, text: "!ls", author: "Bob", command: true},
  {line: 5, text: "x\u202e", author: "Bob", invisible: ["U+202E", "U+202E"]},
  {line: 6, text: "", author: "Bob", removed: true},
];
const question: Question = {
  ...{type: "question", run: 1, version: 9, digest: "d", by: "Bob", client: "b", seconds: 60},
  ...{code: "a\n!ls\nx\u202e", from: 20, to: 30, lines, previous: "a"},
};

test("magics and invisible characters are named above the text", () => {
  assert.deepEqual(warnings(lines), [
    "Magics or commands of the shell: line 4.",
    "Invisible characters, marked in the text: line 5.",
  ]);
  assert.deepEqual(lines.map(noteOf).map(plain), [
    "by Bob; a magic or a command of the shell",
    "by Bob; invisible: U+202E",
    "Bob removed text here",
  ]);
});

test("the lines of a part have their numbers in the whole text", () => {
  assert.equal(firstLine(question, "1\n2\n"), 3);
  assert.equal(firstLine(question, null), 3);
  assert.equal(firstLine({...question, lines: []}, null), 1);
  assert.deepEqual(
    questionLines(question, null).map(({number, kind}) => [number, kind]),
    [
      [3, undefined],
      [4, "noted"],
      [5, "noted"],
    ],
  );
});

test("who has changed the code since, once each", () => {
  assert.equal(sinceLabel([]), "");
  assert.match(
    plain(sinceLabel(["Bob", "Cem", "Bob"])),
    /^Bob and Cem have changed the code since/,
  );
});
