/** What a room uses of the browser: sockets, timers, storage, and events of the page. */
import type {Kept} from "../ui/kept";
import {ownName} from "../ui/ownname";
import type {Transport} from "../wire/api";
import {EDIT_DIALECT} from "../wire/protocol.gen";
import type {Clock, Socket} from "./connection";
import {tabShelf} from "./tabstorage";
import type {Shelf} from "./tabstorage";

/** Tests pass their own. */
export interface Edge {
  readonly connect: (url: string) => Socket;
  readonly clock: Clock;
  /** Calls back when the network or the person is back. Returns the function that ends it. */
  readonly onWake: (wake: () => void) => () => void;
  /** Whether the person can see the page; without it, they can. */
  readonly visible?: () => boolean;
  /** A new secret; the server knows this client again by it. */
  readonly key: () => string;
  /** Storage for unsent edits. Without it they are lost on a reload. */
  readonly shelf?: () => Shelf | null;
  /** The name that the person gave themselves. It counts where the login has none. */
  readonly name?: Pick<Kept<string>, "value" | "subscribe">;
  readonly transport?: Transport;
  /** The address of this page. */
  readonly here?: string;
}

export const browser: Edge = {
  connect: url => new WebSocket(url, EDIT_DIALECT),
  clock: {
    get now() {
      return performance.now();
    },
    setTimeout: (callback, ms) => window.setTimeout(callback, ms),
    clearTimeout: timer => window.clearTimeout(timer),
    random: Math.random,
  },
  onWake(wake) {
    const seen = (): void => {
      if (document.visibilityState === "visible") wake();
    };
    window.addEventListener("online", wake);
    document.addEventListener("visibilitychange", seen);
    return () => {
      window.removeEventListener("online", wake);
      document.removeEventListener("visibilitychange", seen);
    };
  },
  visible: () => document.visibilityState === "visible",
  shelf: tabShelf,
  name: ownName,
  key() {
    const bytes = crypto.getRandomValues(new Uint8Array(24));
    return btoa(String.fromCharCode(...bytes))
      .replace(/\+/g, "-")
      .replace(/\//g, "_");
  },
};
