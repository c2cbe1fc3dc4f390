/** Opens a room: connects the replica, the state machine and the connection, and has the state. */
import type {ChangeSet, Text} from "@codemirror/state";
import type {SeatWanted, ServerMessage, WriteId} from "../wire/protocol.gen";
import {CaretReport} from "./caretreport";
import type {Selection} from "./carets";
import {Fingerprint} from "./checksum";
import {afterConfirmation, isForGood, wasTooBig} from "./closecodes";
import {Connection} from "./connection";
import {Drafts, unpack} from "./drafts";
import {accessOf} from "./entry";
import type {Access, Entry} from "./entry";
import {browser} from "./environment";
import type {Edge} from "./environment";
import {foreignWrites, isContent} from "./messages";
import {Nudge, Overdue} from "./overdue";
import {Presence} from "./presence";
import {Replica} from "./replica";
import {RunLink} from "./runlink";
import {SeatWait} from "./seatwait";
import {statusOf, unknown, welcomed} from "./status";
import {Suggestions} from "./suggestions";
import {Sync} from "./sync";
import type {Mirror, OwnMarks, RemoteCaret, Room, RoomState, Suggested, Writes} from "./types";

export type OpenRoomOptions = Entry & {readonly edge?: Edge};

/** Opens a room and connects. The caller closes it. */
export function openRoom(options: OpenRoomOptions): Room {
  return new OpenRoom(options);
}

class OpenRoom implements Room {
  state = unknown;
  private readonly replica = new Replica();
  private readonly sync: Sync;
  private readonly connection: Connection;
  private readonly presence: Presence;
  private readonly caretReport: CaretReport;
  private readonly fingerprint: Fingerprint;
  private readonly drafts: Drafts | null;
  private readonly overdue: Overdue;
  private readonly nudge: Nudge;
  readonly runs = new RunLink({
    replica: this.replica,
    epoch: () => this.sync.epoch,
    send: message => this.connection.sendUnanswered(message),
  });
  private readonly suggestions = new Suggestions(ask => this.connection.sendUnanswered(ask));
  private readonly listeners = new Set<(state: RoomState) => void>();
  private readonly caretListeners = new Set<() => void>();
  private readonly ends: readonly ((() => void) | undefined)[];
  private readonly seatWait: SeatWait;
  private replaced: Writes | null = null;
  private seatWanted: SeatWanted | null = null;
  private readonly access: Access;

  constructor({edge = browser, ...entry}: OpenRoomOptions) {
    const access = (this.access = accessOf(entry, edge));
    this.sync = new Sync(this.replica, edge.key(), {
      sendHello: hello => this.connection.send(access.firstMessage({...hello, runs: true})),
      send: message => this.connection.send(message),
      restart: () => this.connection.restart(),
      refuse: message => this.connection.stop({status: "refused", message}),
    });
    const shelf = edge.shelf?.() ?? null;
    this.drafts =
      shelf &&
      new Drafts({
        shelf,
        timers: edge.clock,
        room: access.room,
        replica: this.replica,
        client: this.sync,
        keeping: () => this.sync.keep(),
      });
    this.connection = new Connection(
      {
        connect: () => edge.connect(access.url),
        clock: edge.clock,
        prepare: this.drafts?.any ? () => this.restore().then(access.prepare) : access.prepare,
        probe: () => access.probe(),
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
    this.overdue = new Overdue({replica: this.replica, timers, waiting: this.sync, changed});
    const may = (): boolean => this.presence.current && this.sync.settled;
    const parts = {replica: this.replica, timers, may};
    this.caretReport = new CaretReport({
      ...parts,
      send: selection =>
        this.connection.sendUnanswered({
          type: "presence",
          version: this.replica.version,
          ...selection,
        }),
    });
    this.fingerprint = new Fingerprint({
      ...parts,
      send: check => this.connection.send(check),
      changed,
    });
    this.seatWait = new SeatWait({
      clock: edge.clock,
      visible: edge.visible ?? (() => true),
      stop: end => this.connection.stop(end),
      tryAgain: () => this.connection.tryAgain(),
    });
    const stopWaking = edge.onWake(() => {
      this.connection.wake();
      this.seatWait.wake();
      this.fingerprint.wake();
    });
    const introduce = () => this.sync.following && this.state.mayName && this.connection.restart();
    this.ends = [stopWaking, edge.name?.subscribe(introduce)];
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
    this.caretReport.place(selection);
  }

  attach(mirror: Mirror): () => void {
    return this.replica.attach(mirror);
  }

  edit(changes: ChangeSet, from: Mirror | null, marks?: OwnMarks): void {
    this.replica.edit(changes, from, marks);
    this.sync.edited();
    this.update();
  }

  write(code: string, id: WriteId): void {
    this.sync.replace(code, id);
    this.update();
  }

  suggest(at: number, signal: AbortSignal, variant = 0): Promise<Suggested | null> {
    if (!this.sync.settled) return Promise.resolve(null);
    return this.suggestions.ask(at, this.replica.version, variant, signal);
  }

  dropOrphan(): void {
    this.sync.orphans.clear();
    this.update();
  }

  retry(): void {
    this.sync.retry();
    this.seatWait.stop();
    this.connection.retry();
    this.sync.edited();
    this.update();
  }

  close(): void {
    for (const end of this.ends) end?.();
    this.drafts?.stop();
    this.seatWait.stop();
    this.connection.stop({status: "closed", message: ""});
    this.presence.ended();
    this.fingerprint.stop();
    this.overdue.stop();
    this.listeners.clear();
    this.caretListeners.clear();
  }

  /** Continues as the client of an earlier page of this tab that left unsent edits. */
  private async restore(): Promise<void> {
    const kept = await this.drafts?.take();
    if (!kept || !unpack(kept, this.replica)) return;
    this.sync.resume(kept);
    this.moved();
  }

  private received(message: ServerMessage): void {
    const {version} = this.replica;
    if (message.type === "welcome") this.access.welcomed(message);
    if (message.type === "confirm_login") return void this.confirmLogin(message.id);
    if (isContent(message)) {
      this.seatWait.stop();
      this.connection.joined();
    }
    if (message.type === "error" && message.code === "room_full") {
      return this.seatWait.refused(message.message);
    }
    if (message.type === "seat_wanted") this.seatWanted = message;
    if (this.suggestions.received(message)) return;
    const full = this.sync.received(message);
    this.runs.received(message);
    this.replaced = foreignWrites(full, version, this.replica.clientId) || this.replaced;
    if (message.type === "presence") this.presence.received(message);
    if (this.replica.version > version) this.connection.progressed();
    if (this.sync.behind) this.connection.wait();
    if (!this.sync.waiting) this.connection.answered();
    this.moved();
  }

  private async confirmLogin(id: string): Promise<void> {
    try {
      await this.access.confirmLogin(id);
    } catch (error) {
      const end = afterConfirmation(error);
      if (end && !this.connection.end) this.connection.stop(end);
    }
  }

  private closed(code: number): void {
    if (wasTooBig(code)) {
      this.sync.tooBig("This is too much at once for the server. Remove some of it, or undo.");
    }
    if (isForGood(code)) this.sync.abandon();
    this.sync.closed();
    this.suggestions.lost();
    this.runs.lost();
    this.presence.lost();
    this.caretReport.lost();
    this.moved();
  }

  private moved(): void {
    this.update();
    for (const listener of this.caretListeners) listener();
  }

  private update(): void {
    this.nudge.update();
    if (this.connection.end) this.presence.ended();
    this.caretReport.update();
    this.fingerprint.update();
    this.drafts?.update();
    this.overdue.update();
    const next = this.currentState();
    const names = Object.keys(next) as (keyof RoomState)[];
    if (names.every(name => next[name] === this.state[name])) return;
    this.state = next;
    for (const listener of this.listeners) listener(next);
  }

  private currentState(): RoomState {
    const {sync, replica} = this;
    const [status, message] = statusOf(sync, this.connection);
    return {
      status,
      message,
      editable:
        sync.loaded &&
        sync.role !== "view" &&
        ["live", "saving", "unsaved", "reconnecting"].includes(status),
      orphan: sync.orphans.text,
      patch: sync.orphans.patch,
      unsent: sync.unsent,
      overdue: this.overdue.overdue,
      rescue: this.overdue.rescue,
      version: replica.version,
      replaced: this.replaced,
      people: this.presence.people,
      typing: this.presence.typing,
      fingerprint: this.fingerprint.hash,
      clientId: replica.clientId,
      seatWanted: this.seatWanted,
      role: sync.role,
      ...welcomed(sync.welcome),
      kernel: this.runs.kernel,
      ran: this.runs.displays,
    };
  }
}
