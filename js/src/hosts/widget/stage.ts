/** The stage of a widget, which all its views display. */
import type {Login} from "../../bundle";
import type {Room} from "../../client/types";

export type EditorModule = typeof import("../../bundle");

/** Opening a room fails with it if the page has no login at its server. The message is for people. */
export class NoLogin extends Error {}

export type Stage =
  | {readonly at: "loading"}
  /** The kernel, which has a guest's key, has not answered yet. */
  | {readonly at: "waiting"}
  /** An editor can be mounted. */
  | {
      readonly at: "open";
      readonly editor: EditorModule;
      readonly room: Room;
      /** Null for a guest. */
      readonly login: Login | null;
    }
  /**
   * Not in the room, and without the kernel: the last code, and a button to reconnect. `code` is
   * null if this page was not in the room, which leaves the code that was saved with the widget.
   */
  | {readonly at: "asleep"; readonly code: string | null}
  /**
   * There is no such room. `code` is that of the room if this page was in it, else null. `deleted`
   * says when the room was deleted, or is empty if that is not known.
   */
  | {readonly at: "missing"; readonly code: string | null; readonly deleted: string}
  /** The page only displays the notebook: the last code, bound to the kernel if there is one. */
  | {readonly at: "elsewhere"}
  /** It did not work; a sentence with the cure. `writable`: the last code is bound to the kernel. */
  | {readonly at: "failed"; readonly sentence: string; readonly writable: boolean};

/** The current stage, with subscribers. */
export class Stages {
  private readonly listeners = new Set<() => void>();
  private current: Stage = {at: "loading"};

  get now(): Stage {
    return this.current;
  }

  go(stage: Stage): void {
    this.current = stage;
    for (const listener of [...this.listeners]) listener();
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
