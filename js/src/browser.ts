/** A room's edge in a real browser: sockets, timers, and when the person is back. */
import type {Edge} from "./openroom";
import {EDIT_DIALECT} from "./protocol.gen";

export const browser: Edge = {
  connect: url => new WebSocket(url, EDIT_DIALECT),
  clock: {
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
  key() {
    const bytes = crypto.getRandomValues(new Uint8Array(24));
    return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_");
  },
};
