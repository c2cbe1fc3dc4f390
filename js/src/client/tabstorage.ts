/** The browser's storage for one tab, with claims, so that one page uses each record. */

export interface Shelf {
  /** The names of stored records, without those that this page has claimed. */
  names(): string[];
  get(name: string): string | null;
  /** Does nothing if there is no space. */
  set(name: string, value: string): void;
  remove(name: string): void;
  /**
   * Claims a name for this page, until the returned function is called or the page is closed.
   * Returns null if another page has the name: a duplicated tab has copies of all records. A `new`
   * name was created by this page.
   */
  claim(name: string, how?: "new"): Promise<(() => void) | null>;
  /** Calls back when the page may be closed soon. Returns the function that ends it. */
  onHide(callback: () => void): () => void;
}

/** A reloaded page may release its lock shortly after the next page starts. */
const lockWithinMs = 1500;
/** A tab in the background may answer slowly. */
const answerMs = 1200;

/** Claims of this page: two widgets in a notebook may show the same room. */
const ours = new Set<string>();

/** Returns the tab's storage; null if the browser has none for this page. */
export function tabShelf(): Shelf | null {
  let storage: Storage;
  try {
    storage = window.sessionStorage;
  } catch {
    return null;
  }
  return {
    names: () => Object.keys(storage).filter(name => !ours.has(name)),
    get: name => storage.getItem(name),
    set(name, value) {
      try {
        storage.setItem(name, value);
      } catch {
        // No space. The older record stays, which is still valid.
      }
    },
    remove: name => storage.removeItem(name),
    async claim(name, how) {
      ours.add(name);
      // Locks exist only on https and localhost.
      const locks = "locks" in navigator;
      const release = await (locks ? claimByLock(name) : claimByAsking(name, how === "new"));
      if (!release) ours.delete(name);
      return (
        release &&
        (() => {
          ours.delete(name);
          release();
        })
      );
    },
    onHide,
  };
}

function onHide(callback: () => void): () => void {
  // A tab in the background may be ended without another event.
  const hidden = (): void => {
    if (document.visibilityState === "hidden") callback();
  };
  window.addEventListener("pagehide", callback);
  document.addEventListener("visibilitychange", hidden);
  return () => {
    window.removeEventListener("pagehide", callback);
    document.removeEventListener("visibilitychange", hidden);
  };
}

function claimByLock(name: string): Promise<(() => void) | null> {
  return new Promise(resolve => {
    const held = (): Promise<void> => new Promise(release => resolve(release));
    const signal = AbortSignal.timeout(lockWithinMs);
    navigator.locks.request(name, {signal}, held).catch(() => resolve(null));
  });
}

/** Asks all pages whether one has the name. If two ask at once, the smaller number gets it. */
function claimByAsking(name: string, isNew: boolean): Promise<(() => void) | null> {
  const channel = new BroadcastChannel(name);
  const number = Math.random();
  return new Promise(resolve => {
    let held = isNew;
    const hold = (): void => {
      held = true;
      resolve(() => channel.close());
    };
    const timer = isNew ? 0 : window.setTimeout(hold, answerMs);
    channel.onmessage = ({data}: MessageEvent<unknown>) => {
      if (typeof data === "number") {
        if (held || number < data) channel.postMessage("mine");
      } else if (!held) {
        window.clearTimeout(timer);
        channel.close();
        resolve(null);
      }
    };
    if (isNew) hold();
    else channel.postMessage(number);
  });
}
