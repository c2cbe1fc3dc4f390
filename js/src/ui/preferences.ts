/** How a person wants to see and edit code, kept in this browser. */

export const KEYMAPS = ["default", "vim", "emacs"] as const;
export type KeymapName = (typeof KEYMAPS)[number];

export interface Preferences {
  /** Whether long lines are wrapped. */
  readonly wrap: boolean;
  /** In pixels; null is the size of the page around the editor. */
  readonly fontSize: number | null;
  /** How many columns a tab is wide. */
  readonly tabSize: number;
  readonly keymap: KeymapName;
}

export type SomePreferences = Partial<Preferences>;

export const DEFAULTS: Preferences = {wrap: false, fontSize: null, tabSize: 4, keymap: "default"};

const KEY = "pairedit:code";

/** The smallest and the largest font size in pixels, and the same for a tab in columns. */
const FONT_SIZES = [6, 72] as const;
const TAB_SIZES = [1, 16] as const;

function isWithin(value: unknown, [least, most]: readonly [number, number]): value is number {
  return typeof value === "number" && value >= least && value <= most;
}

/** The valid preferences among `values`, which may come from anywhere. */
export function readPreferences(values: unknown): SomePreferences {
  if (typeof values !== "object" || values === null) return {};
  const {wrap, fontSize, tabSize, keymap} = values as Record<string, unknown>;
  const name = KEYMAPS.find(each => each === keymap);
  return {
    ...(typeof wrap === "boolean" && {wrap}),
    ...((fontSize === null || isWithin(fontSize, FONT_SIZES)) && {fontSize}),
    ...(isWithin(tabSize, TAB_SIZES) && Number.isInteger(tabSize) && {tabSize}),
    ...(name && {keymap: name}),
  };
}

/** The page, as far as it keeps preferences. */
export interface PreferencePage {
  /** Throws where the browser keeps nothing for this page. */
  readonly storage: () => Pick<Storage, "getItem" | "setItem" | "removeItem">;
  /** Calls back when another page of this browser changes an item. */
  readonly onStorage: (callback: (key: string | null) => void) => void;
}

const browserPage: PreferencePage = {
  storage: () => window.localStorage,
  onStorage: callback => window.addEventListener("storage", ({key}) => callback(key)),
};

/** What the person has chosen. All editors of this browser follow; without storage, those of this page. */
export class PreferenceStore {
  private chosen: SomePreferences | null = null;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly page: PreferencePage = browserPage) {}

  /** What differs from the page around the editor. */
  get own(): SomePreferences {
    if (this.chosen) return this.chosen;
    this.page.onStorage(key => {
      if (key !== KEY && key !== null) return;
      this.chosen = this.read();
      this.changed();
    });
    return (this.chosen = this.read());
  }

  choose(change: SomePreferences): void {
    this.keep({...this.own, ...change});
  }

  /** Forgets what the person has chosen. */
  reset(): void {
    this.keep({});
  }

  /** Calls back after each change. Returns the function that ends it. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private keep(chosen: SomePreferences): void {
    this.chosen = chosen;
    try {
      const storage = this.page.storage();
      if (Object.keys(chosen).length) storage.setItem(KEY, JSON.stringify(chosen));
      else storage.removeItem(KEY);
    } catch {
      // The page of a guest has no storage, and a private window may have none: see the class.
    }
    this.changed();
  }

  private read(): SomePreferences {
    try {
      return readPreferences(JSON.parse(this.page.storage().getItem(KEY) ?? "{}"));
    } catch {
      return {};
    }
  }

  private changed(): void {
    for (const listener of [...this.listeners]) listener();
  }
}

/** Those of this page. */
export const preferences = new PreferenceStore();
