/** Random schedules: who types, which frame moves, which line breaks. A failure prints its seed. */
import assert from "node:assert/strict";
import {test} from "node:test";
import type {ChangeSet} from "@codemirror/state";
import {settle} from "../authority";
import {Schedule, steps} from "../schedule";

/** The characters that a change inserts. */
function insertedBy(changes: ChangeSet): string[] {
  const found: string[] = [];
  changes.iterChanges((_fromA, _toA, _fromB, _toB, text) => found.push(...text.toString()));
  return found;
}

const schedules = Number(process.env["SCHEDULES"] ?? 150);
const first = Number(process.env["SEED"] ?? 1);

test(`${schedules} schedules with broken lines keep every character once, with its mark`, () => {
  for (let seed = first; seed < first + schedules; seed++) {
    const schedule = new Schedule(seed);
    const {room, clients, typed, accepted, late} = schedule;
    for (let i = 0; i < steps; i++) schedule.step();
    for (const line of late) line.take();
    settle(...clients);
    const about = `SEED=${seed} SCHEDULES=1`;
    for (const {text, sync, restarts} of clients) {
      assert.equal(text, room.text, about);
      assert.deepEqual([sync.unsent, sync.orphans.text, restarts], [0, null, 0], about);
    }
    assert.equal([...room.text.replaceAll("x", "")].sort().join(""), typed.sort().join(""), about);
    for (const {changes, marks} of room.log) {
      const marked = marks.includes("suggested");
      for (const token of insertedBy(changes)) assert.equal(accepted.has(token), marked, about);
    }
  }
});

test(`${schedules} schedules with pushes that are too far behind keep every character once`, () => {
  let [refused, split] = [0, 0];
  for (let seed = first; seed < first + schedules; seed++) {
    const schedule = new Schedule(seed);
    const {room, clients, typed, late} = schedule;
    room.most = 3;
    room.reach = 8;
    for (const client of clients) {
      const received = client.sync.received.bind(client.sync);
      client.sync.received = message => {
        if (message.type === "error") refused++;
        return received(message);
      };
    }
    for (let i = 0; i < steps; i++) schedule.step();
    for (const line of late) line.take();
    settle(...clients);
    const about = `SEED=${seed} SCHEDULES=1`;
    for (const {text, sync, replica, restarts} of clients) {
      assert.equal(text, room.text, about);
      assert.deepEqual([sync.unsent, sync.orphans.text, restarts], [0, null, 0], about);
      split += replica.splits;
    }
    assert.equal([...room.text.replaceAll("x", "")].sort().join(""), typed.sort().join(""), about);
  }
  assert.ok(refused > schedules && split > schedules / 10, `${refused} refused, ${split} split`);
});

test(`${schedules} schedules with whole-file writes end with one text everywhere`, () => {
  for (let seed = first; seed < first + schedules; seed++) {
    const schedule = new Schedule(seed);
    const {room, clients, late} = schedule;
    for (let i = 0; i < steps; i++) {
      if (i % 20 === 19) schedule.write(schedule.any());
      schedule.step();
    }
    for (const line of late) line.take();
    settle(...clients);
    schedule.write(schedule.any());
    settle(...clients);
    const about = `SEED=${seed} SCHEDULES=1`;
    assert.match(room.text, new RegExp(`^written ${schedule.written - 1} x*$`), about);
    for (const {text, sync, restarts} of clients) {
      assert.equal(text, room.text, about);
      assert.deepEqual([sync.unsent, sync.orphans.text, restarts], [0, null, 0], about);
    }
  }
});

test(`${schedules} schedules with undo change only text of whoever undoes`, () => {
  let undone = 0;
  for (let seed = first; seed < first + schedules; seed++) {
    const schedule = new Schedule(seed);
    const {room, clients, late} = schedule;
    const about = `SEED=${seed} SCHEDULES=1`;
    for (let i = 0; i < steps; i++) {
      schedule.step();
      if (i % 5) continue;
      const client = schedule.any();
      for (const writer of schedule.undo(client)) {
        assert.equal(writer, client, about);
        undone++;
      }
    }
    for (const line of late) line.take();
    settle(...clients);
    for (const {text} of clients) assert.equal(text, room.text, about);
    const tokens = room.text.replaceAll("x", "");
    assert.equal(new Set(tokens).size, [...tokens].length, about);
  }
  assert.ok(undone > schedules);
});
