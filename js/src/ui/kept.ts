/** A value that this browser keeps for all its pages. */

/** The page, as far as it keeps values. */
export interface KeepingPage {
  /** Throws where the browser keeps nothing for this page. */
  readonly storage: () => Pick<Storage, "getItem" | "setItem" | "removeItem">;
  /** Calls back when another page of this browser changes an item. */
  readonly onStorage: (callback: (key: string | null) => void) => void;
}

const browserPage: KeepingPage = {
  storage: () => window.localStorage,
  onStorage: callback => window.addEventListener("storage", ({key}) => callback(key)),
};

export interface Format<T> {
  /** The name of the item. */
  readonly key: string;
  /** Reads what is kept, which may come from anywhere; it may throw. */
  readonly read: (kept: string | null) => T;
  /** Returns what is kept; null for nothing. */
  readonly write: (value: T) => string | null;
}

/** All editors of this browser follow; without storage, those of this page. */
export class Kept<T> {
  private current: {value: T} | null = null;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly format: Format<T>,
    private readonly page: KeepingPage = browserPage,
  ) {}

  get value(): T {
    if (this.current) return this.current.value;
    this.page.onStorage(key => {
      if (key !== this.format.key && key !== null) return;
      this.current = {value: this.read()};
      this.changed();
    });
    return (this.current = {value: this.read()}).value;
  }

  keep(value: T): void {
    this.current = {value};
    const {key, write} = this.format;
    try {
      const storage = this.page.storage();
      const kept = write(value);
      if (kept === null) storage.removeItem(key);
      else storage.setItem(key, kept);
    } catch {
      // The page of a guest has no storage, and a private window may have none: see the class.
    }
    this.changed();
  }

  /** Calls back after each change. Returns the function that ends it. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private read(): T {
    const {key, read} = this.format;
    try {
      return read(this.page.storage().getItem(key));
    } catch {
      return read(null);
    }
  }

  private changed(): void {
    for (const listener of [...this.listeners]) listener();
  }
}
