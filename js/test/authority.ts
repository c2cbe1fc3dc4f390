/**
 * A room server of one file, in memory, and clients whose lines a test moves and cuts by hand.
 *
 * It numbers, rebases, recognises and sends slices as the real one does, with CodeMirror's own
 * `rebaseUpdates`.
 */
import assert from "node:assert/strict";
import {rebaseUpdates} from "@codemirror/collab";
import {ChangeSet, Text} from "@codemirror/state";
import {crc32} from "../src/client/checksum";
import {Replica} from "../src/client/replica";
import {Sync} from "../src/client/sync";
import {smallestChange, toText} from "../src/client/text";
import type {OwnMarks} from "../src/client/types";
import type {ClientMessage, ServerMessage, Update, WriteId} from "../src/wire/protocol.gen";
import {View} from "./mirror";

/** The bit of the one mark that clients set here. */
const SUGGESTED = 4;

interface Revision {
  readonly author: string;
  readonly changes: ChangeSet;
  readonly write: boolean;
  readonly marks: OwnMarks;
}

export class Authority {
  doc: Text;
  epoch = "first";
  /** When set, pushes and writes are answered with it. */
  refusal: (message: ClientMessage) => ServerMessage | null = () => null;
  /** Missed revisions times pushed parts up to which a push is rebased here. */
  reach = Infinity;
  /** Revisions in one slice. */
  most = Infinity;
  log: Revision[] = [];
  readonly lines = new Set<Line>();
  /** The number of the last write of each writer. */
  private readonly written = new Map<string, number>();

  constructor(code = "") {
    this.doc = toText(code);
  }

  get text(): string {
    return this.doc.toString();
  }

  push(author: string, version: number, changes: ChangeSet[], marks: OwnMarks = []): void {
    let updates: readonly {clientID: string; changes: ChangeSet}[] = changes.map(each => ({
      clientID: author,
      changes: each,
    }));
    for (const {author: by, changes: over, write} of this.log.slice(version)) {
      // One at a time: see Replica.advance. A write is nobody's edit.
      updates = rebaseUpdates(updates, [{clientID: write ? "" : by, changes: over}]);
    }
    for (const {changes: each} of updates) {
      this.append({author, changes: each, write: false, marks});
    }
  }

  /** Carries out a write once, and none after a later one of its writer. */
  write(author: string, code: string, [writer, number]: WriteId): void {
    if (number <= (this.written.get(writer) ?? -1)) return;
    this.written.set(writer, number);
    const changes = smallestChange(this.doc, toText(code));
    if (!changes.empty) this.append({author, changes, write: true, marks: []});
  }

  private append(revision: Revision): void {
    this.doc = revision.changes.apply(this.doc);
    this.log.push(revision);
  }
}

/** Both directions of one connection, with what is on its way. */
export class Line {
  readonly up: ClientMessage[] = [];
  readonly down: ServerMessage[] = [];
  private author = "";
  /** The author of the last revision that was sent. */
  private last: string | null = null;
  private version: number | null = null;
  private owed: WriteId | null = null;
  private greeted = false;
  /** The version of the last push that was too far behind. */
  private stale = -1;
  private metPeople = false;

  constructor(private readonly room: Authority) {
    room.lines.add(this);
  }

  /** The server takes one frame. */
  take(): void {
    const message = this.up.shift();
    if (message?.type === "hello") {
      const {key, version, epoch} = message;
      const resumed = version !== undefined && epoch === this.room.epoch;
      if (resumed) this.version = version;
      this.author = `id of ${key}`;
      this.greeted = true;
      const about = {title: "T", language: "python", limit: 2, epoch: this.room.epoch};
      this.down.push({type: "welcome", clientId: this.author, resumed, ...about});
    } else if (message?.type === "code_change") {
      const refusal = this.room.refusal(message);
      if (refusal) this.down.push(refusal);
      else if (message.code !== undefined && message.id) {
        this.room.write(this.author, message.code, (this.owed = message.id));
      } else this.push(message.version ?? -1, message.updates ?? [], message.marks);
    } else if (message?.type === "check") {
      const {version, hash} = message;
      const compared = version === this.version && version === this.room.log.length;
      if (compared && hash !== crc32(this.room.text)) this.version = null;
    }
  }

  /** The server sends what is new. */
  pump(): void {
    const {log} = this.room;
    if (!this.greeted) return;
    if (this.version === null) {
      this.down.push({type: "initial_state", code: this.room.text, version: log.length});
    } else if (this.version < log.length) {
      const {version: from} = this;
      const news = log.slice(from, from + this.room.most);
      this.version = from + news.length;
      this.down.push(this.slice(news, this.version));
      this.last = news.at(-1)?.author ?? null;
      return;
    } else if (this.owed) {
      this.down.push({type: "saved", version: this.version, id: this.owed});
      this.owed = null;
      return;
    } else if (!this.metPeople) {
      const people = [{name: "Ann", color: 1, clients: [this.author]}];
      this.down.push({type: "presence", people});
      this.metPeople = true;
      return;
    } else {
      return;
    }
    this.last = this.version === null ? null : (log.at(-1)?.author ?? null);
    this.version = log.length;
  }

  private slice(news: Revision[], version: number): ServerMessage {
    if (news.every(each => each.author === this.author && !each.write)) {
      return news.length === 1 ? {type: "saved"} : {type: "saved", version};
    }
    let {last} = this;
    const updates = news.map(({author, changes, write, marks}): Update => {
      const json = changes.toJSON() as Update[1];
      const client = author === last ? 0 : author;
      last = author;
      if (marks.length) return [client, json, write ? 1 : 0, SUGGESTED];
      return write ? [client, json, 1] : [client, json];
    });
    // As the server: in full only where the client was not sent what is before.
    return this.last === null
      ? {type: "code_update", version, updates}
      : {type: "code_update", updates};
  }

  private push(version: number, updates: Update[1][], marks?: OwnMarks): void {
    const head = this.room.log.length;
    const parts = updates.reduce((sum, each) => sum + each.length, 0);
    if ((head - version) * parts > this.room.reach) {
      // The real one would close with 4409.
      assert.ok(version > this.stale, "pushed again without having read on");
      this.stale = version;
      const message = `Read on to ${head}.`;
      this.down.push({type: "error", code: "stale", message, version: head});
      return;
    }
    this.room.push(
      this.author,
      version,
      updates.map(json => ChangeSet.fromJSON(json)),
      marks,
    );
  }
}

export class Client {
  readonly replica = new Replica();
  readonly sync: Sync;
  readonly view = new View({
    doc: this.replica.doc,
    attach: mirror => this.replica.attach(mirror),
    edit: (changes, from, marks) => {
      this.replica.edit(changes, from, marks);
      this.sync.edited();
    },
  });
  line: Line | null = null;
  restarts = 0;
  refused = "";
  /** Calls back with each message, "restart" and "refuse". */
  onOutput: (output: ClientMessage | "restart" | "refuse") => void = () => {};
  private writes = 0;

  constructor(
    readonly room: Authority,
    private readonly key: string,
  ) {
    this.sync = new Sync(this.replica, key, {
      sendHello: hello => this.send(hello),
      send: message => this.send(message),
      restart: () => {
        this.onOutput("restart");
        this.restarts++;
        this.cut();
      },
      refuse: message => {
        this.onOutput("refuse");
        this.refused = message;
        this.cut();
      },
    });
  }

  get text(): string {
    return this.view.text;
  }

  /** Replaces the whole file: the next write of this client. */
  replace(code: string): void {
    const writer = `writer_${this.key}`.replaceAll(" ", "_");
    this.sync.replace(code, [writer, ++this.writes]);
  }

  private send(message: ClientMessage): void {
    this.onOutput(structuredClone(message));
    this.line?.up.push(structuredClone(message));
  }

  connect(): this {
    this.line = new Line(this.room);
    this.sync.opened();
    return this;
  }

  /** The connection breaks; what is on its way is lost, unless the test kept the line. */
  cut(): void {
    if (!this.line) return;
    this.room.lines.delete(this.line);
    this.line = null;
    this.sync.closed();
  }

  /** One frame arrives. */
  hear(): void {
    const message = this.line?.down.shift();
    if (message) this.sync.received(structuredClone(message));
  }
}

/** Move every frame until nothing moves any more; whoever is not connected connects. */
export function settle(...clients: Client[]): void {
  for (let quiet = false; !quiet;) {
    quiet = true;
    for (const client of clients) {
      if (client.refused) continue;
      if (!client.line) client.connect();
      while (client.line?.up.length) {
        client.line.take();
        quiet = false;
      }
      client.line?.pump();
      while (client.line?.down.length) {
        client.hear();
        quiet = false;
      }
      if (quiet && client.sync.needsNudge) client.sync.nudge();
    }
  }
}
