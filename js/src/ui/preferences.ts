/** How a person wants to see and edit code, kept in this browser. */
import {Kept} from "./kept";
import type {KeepingPage} from "./kept";

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
  /** Whether a typed dot opens the menu of names. */
  readonly afterDot: boolean;
}

export type SomePreferences = Partial<Preferences>;

export const DEFAULTS: Preferences = {
  wrap: false,
  fontSize: null,
  tabSize: 4,
  keymap: "default",
  afterDot: false,
};

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
  const {wrap, fontSize, tabSize, keymap, afterDot} = values as Record<string, unknown>;
  const name = KEYMAPS.find(each => each === keymap);
  return {
    ...(typeof wrap === "boolean" && {wrap}),
    ...((fontSize === null || isWithin(fontSize, FONT_SIZES)) && {fontSize}),
    ...(isWithin(tabSize, TAB_SIZES) && Number.isInteger(tabSize) && {tabSize}),
    ...(name && {keymap: name}),
    ...(typeof afterDot === "boolean" && {afterDot}),
  };
}

/** What the person has chosen. */
export class PreferenceStore {
  private readonly kept: Kept<SomePreferences>;

  constructor(page?: KeepingPage) {
    const read = (kept: string | null): SomePreferences =>
      readPreferences(JSON.parse(kept ?? "{}"));
    const write = (chosen: SomePreferences): string | null =>
      Object.keys(chosen).length ? JSON.stringify(chosen) : null;
    this.kept = new Kept({key: KEY, read, write}, page);
  }

  /** What differs from the page around the editor. */
  get own(): SomePreferences {
    return this.kept.value;
  }

  choose(change: SomePreferences): void {
    this.kept.keep({...this.own, ...change});
  }

  /** Forgets what the person has chosen. */
  reset(): void {
    this.kept.keep({});
  }

  /** Calls back after each change. Returns the function that ends it. */
  subscribe(listener: () => void): () => void {
    return this.kept.subscribe(listener);
  }
}

/** Those of this page. */
export const preferences = new PreferenceStore();
