/**
 * The time that a widget is in its room: from the first view until `GRACE_MS` after the last one.
 * It survives a restart of the kernel, and ends when the kernel is shut down.
 *
 * Everything that is opened for the room is closed with it, and is opened again for the next view.
 * Unsent edits are sent before the room is closed.
 */
import {isKnownDeletion} from "../../client/closecodes";
import type {Room, RoomState} from "../../client/types";
import type {Timers} from "../../ui/timing";
import type {Attempt} from "./guestkey";
import type {KernelWatch} from "./kernel";
import type {Opened} from "./open";
import {NoLogin, Stages} from "./stage";
import {ViewCount} from "./views";

/** The longest time that a room stays open for unsent edits. Then they stay in the tab as a draft. */
export const UNSENT_MS = 30_000;

type CleanUp = () => void;

export interface LifetimeOptions {
  /** Whether the page edits notebooks of a Jupyter server. */
  readonly server: boolean;
  /** Whether opening the room needs a guest's key, which only the kernel has. */
  readonly guest: boolean;
  readonly kernel: Pick<KernelWatch, "state" | "following" | "subscribe" | "stop">;
  readonly timers: Timers;
  /**
   * Opens the room, and makes it with `code` if that is not null and there is none. Rejects with an
   * Error whose message is for people.
   */
  readonly open: (attempt: Attempt, code: string | null) => Promise<Opened>;
  /** Synchronizes the kernel with the room. Returns the function that ends it. */
  readonly follow: (opened: Opened) => CleanUp;
}

export class RoomLifetime {
  readonly stages = new Stages();
  private readonly views: ViewCount;
  private attempt: AbortController | null = null;
  private opened: Opened | null = null;
  private unfollow: CleanUp | null = null;
  /** Cancels the closing of a room that waits for unsent edits. */
  private cancelClose: CleanUp | null = null;
  private lastCode: string | null = null;

  constructor(private readonly options: LifetimeOptions) {
    const listener = {shown: () => this.shown(), gone: () => this.leave()};
    this.views = new ViewCount(listener, options.timers);
    options.kernel.subscribe(() => this.kernelChanged());
    this.showNoRoom();
  }

  /** Adds a view. Returns the function that removes it. */
  addView(): CleanUp {
    return this.views.add();
  }

  /**
   * Opens the room, or keeps the one that waits to be closed. With `code`, a room that is missing is
   * made with it.
   */
  connect(code: string | null = null): void {
    this.endAttempt(); // One may still wait for the kernel.
    const {at} = this.stages.now;
    if (at === "missing" || at === "failed") this.close();
    if (this.opened) {
      this.cancelClose?.();
      this.cancelClose = null;
      return this.stages.go({at: "open", ...this.opened});
    }
    const {signal} = (this.attempt = new AbortController());
    this.stages.go({at: "loading"});
    const slow = (): void => this.stages.go({at: "waiting"});
    this.options.open({signal, slow}, code).then(
      opened => {
        if (signal.aborted) opened.room.close();
        else this.enter(opened);
      },
      (error: unknown) => {
        if (signal.aborted) return;
        this.attempt = null;
        const sentence = error instanceof Error ? error.message : String(error);
        this.stages.go({at: "failed", sentence, writable: error instanceof NoLogin});
      },
    );
  }

  /** Called when the widget is closed. */
  destroy(): void {
    this.views.stop();
    this.options.kernel.stop();
    this.endAttempt();
    this.endFollow();
    this.exit();
  }

  private enter(opened: Opened): void {
    this.attempt = null;
    this.opened = opened;
    if (this.options.kernel.following) this.unfollow = this.options.follow(opened);
    this.stages.go({at: "open", ...opened});
    opened.room.subscribe(state => this.roomChanged(state));
    this.roomChanged(opened.room.state);
  }

  /** Displays the last code in place of an editor without text. */
  private roomChanged({status, message, clientId}: RoomState): void {
    if (clientId || this.stages.now.at !== "open") return;
    if (status === "missing") {
      const deleted = isKnownDeletion(message) ? message : "";
      this.stages.go({at: "missing", code: this.lastCode, deleted});
    }
    if (status === "refused") this.stages.go({at: "failed", sentence: message, writable: true});
  }

  private shown(): void {
    const {at} = this.stages.now;
    if ((at === "loading" || at === "failed") && !this.attempt) this.connect();
  }

  private leave(): void {
    this.endAttempt();
    const room = this.opened?.room;
    if (room?.state.clientId) this.lastCode = room.doc.toString();
    this.showNoRoom();
    this.exit();
  }

  /** Closes the room once its edits are stored. */
  private exit(): void {
    const room = this.opened?.room;
    if (!room || this.cancelClose) return;
    const close = (): void => this.close();
    if (room.state.unsent) this.cancelClose = whenStored(room, this.options.timers, close);
    else close();
  }

  private close(): void {
    const room = this.opened?.room;
    this.opened = this.cancelClose = null;
    this.endFollow();
    room?.close();
  }

  private showNoRoom(): void {
    const {server, kernel} = this.options;
    if (!server) this.stages.go({at: "elsewhere"});
    else if (kernel.following) this.stages.go({at: "loading"});
    else this.stages.go({at: "asleep", code: this.lastCode});
  }

  private kernelChanged(): void {
    this.endFollow();
    const {kernel, guest} = this.options;
    const {at} = this.stages.now;
    if (kernel.state === "shut down" || (guest && !this.opened)) this.leave();
    else if (at === "elsewhere" || (at === "loading" && !this.attempt)) this.showNoRoom();
  }

  private endAttempt(): void {
    this.attempt?.abort();
    this.attempt = null;
  }

  private endFollow(): void {
    this.unfollow?.();
    this.unfollow = null;
  }
}

/** Runs `then` once the room has no unsent edits, or after `UNSENT_MS`. Returns what cancels it. */
function whenStored(room: Room, timers: Timers, then: () => void): CleanUp {
  const end = (): void => {
    timers.clearTimeout(timer);
    unsubscribe();
  };
  const run = (): void => {
    end();
    then();
  };
  const timer = timers.setTimeout(run, UNSENT_MS);
  const unsubscribe = room.subscribe(({unsent}) => {
    if (!unsent) run();
  });
  return end;
}
