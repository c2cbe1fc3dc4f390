/**
 * Schedules as each of their clients experiences them, for the Python client: what happens to the
 * client, in order, and what it sends and shows after it.
 *
 * A client that does the same with this can take the place of any of them.
 */
import {checkOf} from "../src/client/checksum";
import type {ClientMessage, ServerMessage} from "../src/wire/protocol.gen";
import {Client, settle} from "./authority";
import type {Authority} from "./authority";
import {Schedule, steps} from "./schedule";

interface Step {
  /** The name of a method of `Sync`, or "edit", with its arguments as JSON. */
  readonly input: readonly unknown[];
  readonly output: (ClientMessage | "restart" | "refuse")[];
  /** The CRC-32 of its text, after it. */
  hash: string;
  version: number;
  unsent: number;
}

interface Recording {
  readonly key: string;
  readonly steps: readonly Step[];
}

/** Records `client` from now on. */
function record(client: Client): Step[] {
  const recorded: Step[] = [];
  let current: Step | null = null;
  client.onOutput = output => current?.output.push(output);
  const {replica, sync} = client;

  function step(input: readonly unknown[], run: () => void): void {
    if (current) return run();
    current = {input: structuredClone(input), output: [], hash: "", version: 0, unsent: 0};
    run();
    const {version, hash} = checkOf(replica);
    recorded.push(Object.assign(current, {version, hash, unsent: sync.unsent}));
    current = null;
  }

  const edit = replica.edit.bind(replica);
  replica.edit = (changes, from, marks = []) =>
    step(["edit", changes.toJSON(), marks], () => edit(changes, from, marks));
  for (const name of ["opened", "closed", "edited", "nudge"] as const) {
    const run = sync[name].bind(sync);
    sync[name] = () => step([name], run);
  }
  const replace = sync.replace.bind(sync);
  sync.replace = (code, id) => step(["replace", code, id], () => replace(code, id));
  const received = sync.received.bind(sync);
  sync.received = message => {
    let full = null;
    step(["received", message], () => (full = received(message)));
    return full ?? received(message);
  };
  return recorded;
}

/** What goes wrong in a schedule, from one seed to the next. */
const troubles: readonly ((schedule: Schedule) => void)[] = [
  () => {},
  schedule => schedule.write(schedule.any()),
  schedule => void schedule.undo(schedule.any()),
  ({room}) => {
    // Far behind: the client reads on, in small slices, before it sends.
    room.most = 2;
    room.reach = 6;
  },
  schedule => {
    const {room} = schedule;
    if (schedule.once(20)) {
      // The server starts again, with another history.
      for (const client of schedule.clients) client.cut();
      schedule.late.length = 0;
      room.epoch += "!";
      room.log = [];
    }
    const refusal: ServerMessage = {type: "error", code: "storage", message: "The disk is full."};
    room.refusal = () => (schedule.once(4) ? refusal : null);
  },
  ({room}) => room.write("", `written from outside ${room.log.length}`, [`${room.log.length}`, 1]),
];

/** Plays the schedule of a seed; gives a recording for each client, and the text at the end. */
export function play(seed: number): {seed: number; text: string; clients: Recording[]} {
  const clients: Recording[] = [];
  const schedule = new Schedule(seed, (room: Authority, key: string) => {
    const client = new Client(room, key);
    clients.push({key, steps: record(client)});
    return client;
  });
  const trouble = troubles[seed % troubles.length] ?? (() => {});
  for (let i = 0; i < steps; i++) {
    schedule.step();
    if (i % 10 === 9) trouble(schedule);
  }
  schedule.room.refusal = () => null;
  for (const line of schedule.late) line.take();
  settle(...schedule.clients);
  return {seed, text: schedule.room.text, clients};
}
