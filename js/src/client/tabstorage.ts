/** The browser's store for one tab, and which page of several may use what lies there. */

export interface Shelf {
  /** Of what lies here, but for what somebody on this very page has claimed. */
  names(): string[];
  get(name: string): string | null;
  /** Silent when there is no space. */
  set(name: string, value: string): void;
  remove(name: string): void;
  /**
   * Have a name for this page alone, for as long as it lives or until the function is called; null
   * when another page has it. A tab that is duplicated copies what lies here. A name that is `new`
   * was made up by this page.
   */
  claim(name: string, how?: "new"): Promise<(() => void) | null>;
  /** Calls back when the page may be about to go. Returns the function that ends it. */
  onHide(callback: () => void): () => void;
}

/** A page that is reloaded may let go a moment after the next one begins. */
const patienceMs = 1500;
/** A tab in the background may take a while to say that it lives. */
const answerMs = 1200;

/** Claims of this page: two widgets in a notebook may show one room. */
const ours = new Set<string>();

/** The tab's own; null where the browser has none for this page. */
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
        // No space: what lay there before is older, and still right as far as it goes.
      }
    },
    remove: name => storage.removeItem(name),
    async claim(name, how) {
      ours.add(name);
      // Only https and localhost have locks.
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
    onHide(callback) {
      window.addEventListener("pagehide", callback);
      return () => window.removeEventListener("pagehide", callback);
    },
  };
}

function claimByLock(name: string): Promise<(() => void) | null> {
  return new Promise(resolve => {
    const held = (): Promise<void> => new Promise(release => resolve(release));
    const signal = AbortSignal.timeout(patienceMs);
    navigator.locks.request(name, {signal}, held).catch(() => resolve(null));
  });
}

/** Asks all pages whether one has the name. Of two that ask at once, the smaller number has it. */
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
