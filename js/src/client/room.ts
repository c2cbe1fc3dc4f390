/** Opens a room: puts replica, state machine and connection together and says how it stands. */
import type {ChangeSet, Text} from "@codemirror/state";
import type {ServerMessage, WriteId} from "../wire/protocol.gen";
import {OwnCaret} from "./caretreport";
import type {Selection} from "./carets";
import {Fingerprint} from "./checksum";
import {isForGood, roomFull, wasTooBig} from "./closecodes";
import {Connection} from "./connection";
import {Keepsake, unpack} from "./drafts";
import {doorOf} from "./entry";
import type {Door, Entry} from "./entry";
import {browser} from "./environment";
import type {Edge} from "./environment";
import {foreignWrite} from "./messages";
import {Nudge, Patience} from "./overdue";
import {Presence} from "./presence";
import {Replica} from "./replica";
import {standing, unknown} from "./status";
import {Suggestions} from "./suggestions";
import {Sync} from "./sync";
import type {Mirror, RemoteCaret, Room, RoomState} from "./types";

export type OpenRoomOptions = Entry & {readonly edge?: Edge};

/** Open a room and connect. The caller closes it. */
export function openRoom(options: OpenRoomOptions): Room {
  return new OpenRoom(options);
}

class OpenRoom implements Room {
  state = unknown;
  private readonly replica = new Replica();
  private readonly sync: Sync;
  private readonly connection: Connection;
  private readonly presence: Presence;
  private readonly ownCaret: OwnCaret;
  private readonly fingerprint: Fingerprint;
  private readonly keepsake: Keepsake | null;
  private readonly patience: Patience;
  private readonly nudge: Nudge;
  private readonly suggestions: Suggestions;
  private readonly listeners = new Set<(state: RoomState) => void>();
  private readonly caretListeners = new Set<() => void>();
  private readonly stopWaking: () => void;
  private replaced = 0;

  private readonly door: Door;

  constructor({edge = browser, ...entry}: OpenRoomOptions) {
    const door = doorOf(entry, edge);
    this.door = door;
    this.sync = new Sync(this.replica, edge.key(), {
      greet: hello => this.connection.send(door.greet(hello)),
      send: message => this.connection.send(message),
      restart: () => this.connection.restart(),
      refuse: message => this.connection.stop({status: "refused", message}),
    });
    const shelf = edge.shelf?.() ?? null;
    this.keepsake =
      shelf &&
      new Keepsake({
        shelf,
        timers: edge.clock,
        room: door.room,
        replica: this.replica,
        client: this.sync,
        keeping: () => this.sync.keep(),
      });
    this.connection = new Connection(
      {
        connect: () => edge.connect(door.url),
        clock: edge.clock,
        prepare: this.keepsake?.any ? () => this.restore().then(door.prepare) : door.prepare,
        probe: () => door.probe(),
      },
      {
        opened: () => this.sync.opened(),
        received: message => this.received(message),
        closed: code => this.closed(code),
        changed: () => this.moved(),
      },
    );
    this.presence = new Presence(this.replica, edge.clock, () => this.moved());
    const {clock: timers} = edge;
    const changed = (): void => this.update();
    this.nudge = new Nudge(timers, this.sync, changed);
    this.patience = new Patience({replica: this.replica, timers, waiting: this.sync, changed});
    const may = (): boolean => this.presence.current && this.sync.settled;
    const parts = {replica: this.replica, timers, may};
    this.ownCaret = new OwnCaret({
      ...parts,
      send: selection =>
        this.connection.say({type: "presence", version: this.replica.version, ...selection}),
    });
    this.fingerprint = new Fingerprint({
      ...parts,
      send: check => this.connection.send(check),
      changed,
    });
    this.suggestions = new Suggestions(ask => this.connection.say(ask));
    this.stopWaking = edge.onWake(() => {
      this.connection.wake();
      this.fingerprint.wake();
    });
    this.connection.retry();
  }

  get doc(): Text {
    return this.replica.doc;
  }

  subscribe(listener: (state: RoomState) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  onCode(listener: (doc: Text) => void): () => void {
    return this.replica.onCode(listener);
  }

  get carets(): readonly RemoteCaret[] {
    return this.presence.carets;
  }

  onCarets(listener: () => void): () => void {
    this.caretListeners.add(listener);
    return () => void this.caretListeners.delete(listener);
  }

  place(selection: Selection): void {
    this.ownCaret.place(selection);
  }

  attach(mirror: Mirror): () => void {
    return this.replica.attach(mirror);
  }

  edit(changes: ChangeSet, from: Mirror | null): void {
    this.replica.edit(changes, from);
    this.sync.edited();
    this.update();
  }

  write(code: string, id: WriteId): void {
    this.sync.replace(code, id);
    this.update();
  }

  suggest(at: number, signal: AbortSignal): Promise<string | null> {
    if (!this.sync.settled) return Promise.resolve(null);
    return this.suggestions.ask(at, this.replica.version, signal);
  }

  dropOrphan(): void {
    this.sync.orphan = null;
    this.update();
  }

  retry(): void {
    this.sync.retry();
    this.connection.retry();
    this.sync.edited();
    this.update();
  }

  close(): void {
    this.stopWaking();
    this.keepsake?.stop();
    this.connection.stop({status: "closed", message: ""});
    this.presence.ended();
    this.fingerprint.stop();
    this.patience.stop();
    this.listeners.clear();
    this.caretListeners.clear();
  }

  /** Go on where an earlier page of this tab was when it was reloaded, with edits unsent. */
  private async restore(): Promise<void> {
    const kept = await this.keepsake?.take();
    if (!kept || !unpack(kept, this.replica)) return;
    this.sync.resume(kept);
    this.moved();
  }

  private received(message: ServerMessage): void {
    const {version} = this.replica;
    if (message.type === "welcome") this.door.welcomed(message);
    if (ofTheRoom(message)) this.connection.welcomed();
    if (message.type === "error" && message.code === "room_full") {
      return this.connection.stop(roomFull(message.message));
    }
    // A question that is refused says nothing about the edits.
    if (message.type === "error" && message.id) return this.suggestions.refused(message);
    if (message.type === "suggestion") this.suggestions.answered(message);
    const full = this.sync.received(message);
    this.replaced = foreignWrite(full, version, this.replica.clientId) || this.replaced;
    if (message.type === "presence") this.presence.received(message);
    if (this.replica.version > version) this.connection.progressed();
    if (this.sync.behind) this.connection.wait();
    if (!this.sync.waiting) this.connection.answered();
    this.moved();
  }

  private closed(code: number): void {
    if (wasTooBig(code)) {
      this.sync.tooBig("This is too much at once for the server. Remove some of it, or undo.");
    }
    if (isForGood(code)) this.sync.abandon();
    this.sync.closed();
    this.suggestions.lost();
    this.presence.lost();
    this.ownCaret.forgotten();
    this.moved();
  }

  private moved(): void {
    this.update();
    for (const listener of this.caretListeners) listener();
  }

  private update(): void {
    this.nudge.look();
    if (this.connection.end) this.presence.ended();
    this.ownCaret.look();
    this.fingerprint.look();
    this.keepsake?.look();
    this.patience.look();
    const next = this.look();
    const names = Object.keys(next) as (keyof RoomState)[];
    if (names.every(name => next[name] === this.state[name])) return;
    this.state = next;
    for (const listener of this.listeners) listener(next);
  }

  private look(): RoomState {
    const {sync, replica} = this;
    const [status, message] = standing(sync, this.connection);
    return {
      status,
      message,
      editable:
        sync.loaded &&
        sync.role !== "view" &&
        ["live", "saving", "unsaved", "reconnecting"].includes(status),
      orphan: sync.orphan,
      patch: sync.orphan === null ? "" : replica.patch,
      unsent: sync.unsent,
      overdue: this.patience.overdue,
      rescue: this.patience.rescue,
      version: replica.version,
      replaced: this.replaced,
      people: this.presence.people,
      typing: this.presence.typing,
      fingerprint: this.fingerprint.hash,
      clientId: replica.clientId,
      title: sync.welcome?.title ?? "",
      language: sync.welcome?.language ?? "",
      limit: sync.welcome?.limit ?? 0,
      role: sync.role,
      guest: sync.welcome?.guest ?? false,
      suggests: sync.welcome?.autocomplete ?? false,
    };
  }
}

/** Whether a message tells of the room, and not only of this client. */
function ofTheRoom({type}: ServerMessage): boolean {
  return ["initial_state", "code_update", "accepted", "saved", "presence"].includes(type);
}
