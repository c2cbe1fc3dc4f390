import assert from "node:assert/strict";
import {test} from "node:test";
import {ChangeSet} from "@codemirror/state";
import {toText} from "../../src/client/text";
import {HistoryLog, PAGE} from "../../src/history/log";
import type {Source} from "../../src/history/log";
import {marksOf} from "../../src/history/marks";
import {ApiError} from "../../src/wire/api";
import type {RevisionEntry} from "../../src/wire/history";

type Line = RevisionEntry & {changes: ReturnType<ChangeSet["toJSON"]>};

/** A server with a log. A reply has at most `most` revisions, and `asked` lists the requests. */
class Server implements Source {
  readonly codes: string[];
  readonly lines: Line[] = [];
  asked: string[] = [];

  constructor(
    first = "",
    private readonly most = PAGE,
  ) {
    this.codes = [first];
  }

  add(
    author: string,
    at: number,
    insert: string,
    where = -1,
    kind: "edit" | "write" = "edit",
  ): void {
    const code = this.codes.at(-1) ?? "";
    const from = where < 0 ? code.length : where;
    const changes = ChangeSet.of({from, insert: toText(insert)}, code.length);
    this.codes.push(changes.apply(toText(code)).toString());
    const version = this.lines.length + 1;
    this.lines.push({version, kind, author, color: 1, at, changes: changes.toJSON()});
  }

  /** Merges the versions from `first` to `last`, as the server does with old ones. */
  merge(first: number, last: number): void {
    const at = (version: number): number => this.lines.findIndex(line => line.version === version);
    const start = this.lines.findIndex(line => (line.first ?? line.version) === first);
    const part = this.lines.slice(start, at(last) + 1);
    const changes = part
      .map(line => ChangeSet.fromJSON(line.changes))
      .reduce((sum, next) => sum.compose(next));
    const [author = "", ...others] = new Set(part.map(line => line.author));
    const one: Line = {...(part.at(-1) as Line), first, author, others, changes: changes.toJSON()};
    this.lines.splice(start, part.length, one);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- an error must reject
  async revisions(after: number, limit: number) {
    this.asked.push(`after ${after}`);
    const start = this.lines.findIndex(line => line.version > after);
    const line = this.lines[start];
    if (line && (line.first ?? line.version) <= after) throw this.merged(line);
    const revisions = start < 0 ? [] : this.lines.slice(start, start + Math.min(limit, this.most));
    return {head: this.codes.length - 1, revisions};
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- an error must reject
  async revision(version: number) {
    this.asked.push(`code ${version}`);
    const line = this.lines.find(each => each.version >= version);
    if (version && line && line.version !== version) throw this.merged(line);
    const entry = {version, kind: "write" as const, author: "Host", color: 1, at: 0};
    return {...entry, ...(version ? line : {}), code: this.codes[version] ?? ""};
  }

  private merged({first = 0, version}: Line): ApiError {
    return new ApiError(410, "version_merged", "It was merged.", [first - 1, version]);
  }

  log(): HistoryLog {
    return new HistoryLog(this, {readChanges: json => ChangeSet.fromJSON(json), toText});
  }
}

test("a page is requested once and has every version", async () => {
  const server = new Server("x");
  for (let i = 0; i < 180; i++) server.add("Ann", i, i % 7 ? "ab" : "\n😀");
  const log = server.log();
  await log.load(180);
  for (let version = 180; version >= 0; version--) {
    assert.equal(log.code(version).toString(), server.codes[version]);
  }
  assert.deepEqual(server.asked, ["code 0", "after 0"]);
});

test("the change between two versions of a page is known in both directions", async () => {
  const server = new Server("x");
  for (let i = 0; i < 9; i++) server.add("Ann", i, "ab", i % 3);
  const log = server.log();
  await log.load(9);
  assert.equal(log.changeBetween(2, 8)?.apply(log.code(2)).toString(), server.codes[8]);
  assert.equal(log.changeBetween(8, 0)?.apply(log.code(8)).toString(), "x");
  assert.deepEqual(
    [log.changeBetween(4, 4), log.changeBetween(2000, 4), log.changeBetween(11, 4)],
    [null, null, null],
  );
});

test("only the page of a version is read", async () => {
  const server = new Server();
  for (let i = 0; i < 2 * PAGE + 5; i++) server.add("Ann", i, "a");
  const log = server.log();
  await log.load(2 * PAGE + 5);
  assert.deepEqual(server.asked, [`code ${2 * PAGE}`, `after ${2 * PAGE}`]);
  assert.equal(log.code(2 * PAGE + 3).length, 2 * PAGE + 3);
  assert.deepEqual([log.has(2 * PAGE), log.has(2 * PAGE + 1)], [false, true]);
  assert.equal(log.step(2 * PAGE + 1).first, 2 * PAGE + 1);
  assert.equal(log.before(2 * PAGE + 1).length, 2 * PAGE);
  await log.load(2 * PAGE);
  assert.equal(log.code(2 * PAGE).length, 2 * PAGE);
});

test("a short reply is followed by another request, and the page grows with the room", async () => {
  const server = new Server("", 2);
  for (let i = 0; i < 5; i++) server.add("Ann", i, "a");
  const log = server.log();
  await log.load(3);
  assert.deepEqual([log.has(4), log.has(5)], [true, false]);
  server.add("Bob", 9, "b");
  await log.load(6);
  assert.equal(log.code(6).toString(), "aaaaab");
});

test("two requests at a time add every revision once", async () => {
  const server = new Server();
  for (let i = 0; i < 4; i++) server.add("Ann", i, "a");
  const log = server.log();
  await Promise.all([log.load(4), log.load(2)]);
  assert.deepEqual([log.code(4).toString(), log.has(5)], ["aaaa", false]);
});

test("a version that does not exist is an error", async () => {
  const server = new Server();
  await assert.rejects(server.log().load(7), /Version 7 is not in the room's history/);
});

test("a step is the typing of one person up to a pause, or one write of the whole file", async () => {
  const server = new Server();
  const deeds: [string, number, ("edit" | "write")?][] = [
    ["Ann", 0],
    ["Ann", 10],
    ["Ann", 40],
    ["Ann", 71],
    ["Bob", 72],
    ["Bob", 73, "write"],
    ["Bob", 74],
  ];
  for (const [author, at, kind] of deeds) server.add(author, at, "a", -1, kind);
  const log = server.log();
  await log.load(7);
  const spans = [...log.steps()].map(({first, last}) => [first, last]);
  assert.deepEqual(spans, [
    [1, 3],
    [4, 4],
    [5, 5],
    [6, 6],
    [7, 7],
  ]);
  assert.deepEqual([log.step(2).first, log.step(2).last, log.step(2).entry.version], [1, 3, 2]);
  assert.deepEqual([log.step(0).first, log.step(0).last, log.step(0).entry.author], [0, 0, "Host"]);
});

test("an accepted suggestion is a step of its own", async () => {
  const server = new Server();
  for (let at = 0; at < 5; at++) server.add("Ann", at, "a");
  for (const line of server.lines.slice(2, 4)) line.marks = ["suggested"];
  const log = server.log();
  await log.load(5);
  const spans = [...log.steps()].map(({first, last, entry}) => [first, last, entry.marks?.join()]);
  assert.deepEqual(spans, [
    [1, 2, undefined],
    [3, 4, "suggested"],
    [5, 5, undefined],
  ]);
});

test("the changes of a step up to a version are marked", async () => {
  const server = new Server("one two");
  server.add("Bob", 0, "zero ", 0);
  server.add("Ann", 100, "X", 5);
  server.add("Ann", 101, "Y");
  const log = server.log();
  await log.load(3);
  const marks = (version: number) => {
    const changes = log.changes(version);
    return changes && marksOf(changes, log.before(version)).inserted;
  };
  assert.equal(log.code(3).toString(), "zero Xone twoY");
  assert.equal(marks(0), null);
  assert.deepEqual(marks(1), [{from: 0, to: 5}]);
  assert.deepEqual(marks(2), [{from: 5, to: 6}]);
  assert.deepEqual(marks(3), [
    {from: 5, to: 6},
    {from: 13, to: 14},
  ]);
});

test("the last of merged versions represents the others", async () => {
  const server = new Server("x");
  for (let i = 0; i < 40; i++)
    server.add(i < 20 ? "Ann" : "Bob", i, String.fromCharCode(97 + (i % 26)));
  server.merge(6, 12);
  server.merge(18, 30);
  const log = server.log();
  await log.load(25);
  assert.deepEqual([log.has(30), log.has(40)], [true, true]);
  for (let version = 0; version <= 40; version++) {
    const kept = version > 5 && version < 12 ? 12 : version > 17 && version < 30 ? 30 : version;
    assert.equal(log.entry(version).version, kept);
    assert.equal(log.code(version).toString(), server.codes[kept]);
  }
  assert.equal(log.changeBetween(3, 35)?.apply(log.code(3)).toString(), server.codes[35]);
  const spans = [...log.steps()].map(({first, last}) => [first, last]);
  assert.deepEqual(spans, [
    [1, 17],
    [18, 30],
    [31, 40],
  ]);
  assert.deepEqual(log.entry(20).others, ["Bob"]);
  assert.deepEqual(
    [30, 17, 12, 5].map(each => log.previous(each)),
    [17, 16, 5, 4],
  );
});

test("a page may begin and end within a merged run", async () => {
  const server = new Server();
  for (let i = 0; i < 3 * PAGE; i++) server.add("Ann", i * 100, "a");
  server.merge(500, 2 * PAGE + 400);
  const log = server.log();
  for (const version of [PAGE + 1, 2 * PAGE + 500, 10]) {
    await log.load(version);
    const kept = version === PAGE + 1 ? 2 * PAGE + 400 : version;
    assert.deepEqual([log.entry(version).version, log.code(version).length], [kept, kept]);
  }
  await log.load(3 * PAGE);
  const steps = [...log.steps()].map(({first, last}) => [first, last]);
  assert.deepEqual(steps.slice(498, 501), [
    [499, 499],
    [500, 2400],
    [2401, 2401],
  ]);
  assert.deepEqual([steps.length, steps.at(-1)], [499 + 1 + 600, [3 * PAGE, 3 * PAGE]]);
});

test("a page that is merged while it is read is read again", async () => {
  const server = new Server("", 2);
  for (let i = 0; i < 9; i++) server.add("Ann", i, "a");
  const log = server.log();
  await log.load(4);
  server.merge(3, 6);
  await assert.rejects(log.load(8), /was shortened while it was read\. Try again/);
  await log.load(8);
  assert.deepEqual([log.entry(4).version, log.code(4).toString()], [6, "aaaaaa"]);
});

test("removed text is marked where it was, and shortened if it is long", () => {
  const before = toText(`a${"😀".repeat(300)}b`);
  const all = marksOf(ChangeSet.of({from: 1, to: 601}, 602), before);
  assert.equal(all.removed[0]?.at, 1);
  assert.match(all.removed[0]?.text ?? "", /^(?:😀){200}… \(200 more characters\)$/u);
  const odd = marksOf(ChangeSet.of({from: 0, to: 601, insert: "c"}, 602), before);
  assert.match(odd.removed[0]?.text ?? "", /^a(?:😀){199}… \(202 more characters\)$/u);
  assert.deepEqual(odd.inserted, [{from: 0, to: 1}]);
});
