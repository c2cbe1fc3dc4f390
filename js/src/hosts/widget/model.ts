/** The widget's traits as the page sees them. */

import type {Blame} from "../../wire/api";
import type {NewProperties} from "../../wire/properties";

/** Named as in widget.py; all are synchronised. */
export interface Traits {
  readonly room_id: string;
  /** The base URL of the room's server, for a guest of it; else empty. */
  readonly server: string;
  readonly create: boolean;
  readonly first_code: string | null;
  readonly disabled: boolean;
  readonly autocomplete: boolean;
  readonly autocomplete_delay: number;
  /** Identifies the widget as the writer of what Python sets. */
  readonly _writer: string;
  /** How often Python has set `code`. */
  readonly _writes: number;
  title: string;
  language: string;
  limit: number | null;
  /** What Python has set of these three and is not in the room, by name. */
  readonly _wanted: NewProperties;
  /** How often Python has set one of them. */
  readonly _wants: number;
  /** Up to which of `_wants` a page has asked the room. */
  _wants_done: number;
  code: string;
  url: string;
  status: string;
  message: string;
  participants: readonly string[];
  /** The version that `code` is of; null while it has what is not stored yet. */
  _version: number | null;
  /** Who wrote which line, for Python's `blame()`. */
  _blame: Blame | null;
  /** Up to which of `_writes` the room has the code; null while no page ever had the room. */
  _writes_done: number | null;
}

/** What we use of anywidget's model. */
export interface Model {
  get<K extends keyof Traits>(name: K): Traits[K];
  set<K extends keyof Traits>(name: K, value: Traits[K]): void;
  save_changes(): void;
  on(event: string, callback: (model: unknown) => void): void;
  off(event: string, callback: (model: unknown) => void): void;
  /** In JupyterLab, has the connection to the notebook's kernel. */
  readonly widget_manager?: {readonly kernel?: unknown};
  /** Messages to and from the kernel, which nobody saves. */
  send(message: object): void;
  on(event: "msg:custom", callback: (message: unknown, files: readonly DataView[]) => void): void;
  off(event: "msg:custom", callback: (message: unknown, files: readonly DataView[]) => void): void;
}

type Heard = (message: Readonly<Record<string, unknown>>, files: readonly DataView[]) => void;

/** Calls back for each message of the kernel. Returns the function that ends it. */
export function hear(model: Model, callback: Heard): () => void {
  const take: Heard = (message, files) => {
    if (typeof message === "object" && message) callback(message, files);
  };
  model.on("msg:custom", take as (message: unknown, files: readonly DataView[]) => void);
  return () => model.off("msg:custom", take as (message: unknown) => void);
}

/** Calls back when a trait changes. Returns the function that ends it. */
export function watch(model: Model, name: keyof Traits, callback: () => void): () => void {
  model.on(`change:${name}`, callback);
  return () => model.off(`change:${name}`, callback);
}
