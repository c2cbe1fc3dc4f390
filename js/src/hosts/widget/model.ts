/** The widget's model: its traits, and messages to and from the kernel. */

import type {Blame, Outcome} from "../../wire/api";
import type {NewProperties} from "../../wire/properties";

/** The name that a person gave in a cell. */
export interface GivenName {
  /** Identifies the time at which it was given. */
  readonly id: string;
  readonly name: string;
  /** The id of the page that ran the cell: that of its connection to the kernel. */
  readonly page: string;
}

/** The synchronised traits of widget.py. */
export interface Traits {
  /** Empty until the room of a name is known. */
  room_id: string;
  /** The name by which the room is opened; empty for a room that is opened by its id. */
  readonly room_name: string;
  /** What the server said of the name; empty until then. */
  outcome: Outcome | "";
  /** For a guest, the base URL of the room's server; else empty. */
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
  /** Jupyter's id of this notebook's kernel; empty or missing if it is not known. */
  readonly kernel_id?: string;
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
  /** Whether the kernel is connected to the room itself. */
  readonly _follows: boolean;
  /** What `%pairedit me` has said last; null if nothing, and in old notebooks. */
  readonly _me: GivenName | null | undefined;
  /** The URL of the room's page, as the page knows it. */
  _url: string;
  status: string;
  message: string;
  participants: readonly string[];
  /** The version that `code` is of; null while it has what is not stored yet. */
  _version: number | null;
  /** Who wrote which line, for Python's `blame()`. */
  _blame: Blame | null;
  /** The number of `_writes` that the room has; null before a page or the kernel was in it. */
  _writes_done: number | null;
}

/** The part of anywidget's model that is used. */
export interface Model {
  get<K extends keyof Traits>(name: K): Traits[K];
  set<K extends keyof Traits>(name: K, value: Traits[K]): void;
  save_changes(): void;
  on(event: string, callback: (model: unknown) => void): void;
  off(event: string, callback: (model: unknown) => void): void;
  /** In JupyterLab, has the connection to the notebook's kernel. */
  readonly widget_manager?: {readonly kernel?: unknown};
  /** Messages to and from the kernel, which are not saved with the notebook. */
  send(message: object): void;
  on(event: "msg:custom", callback: (message: unknown, files: readonly DataView[]) => void): void;
  off(event: "msg:custom", callback: (message: unknown, files: readonly DataView[]) => void): void;
}

type OnMessage = (message: Readonly<Record<string, unknown>>, files: readonly DataView[]) => void;

/** Calls back for each message of the kernel. Returns the function that ends it. */
export function onMessage(model: Model, callback: OnMessage): () => void {
  const receive: OnMessage = (message, files) => {
    if (typeof message === "object" && message) callback(message, files);
  };
  model.on("msg:custom", receive as (message: unknown, files: readonly DataView[]) => void);
  return () => model.off("msg:custom", receive as (message: unknown) => void);
}

/** Calls back when a trait changes. Returns the function that ends it. */
export function watch(
  model: Pick<Model, "on" | "off">,
  name: keyof Traits,
  callback: () => void,
): () => void {
  model.on(`change:${name}`, callback);
  return () => model.off(`change:${name}`, callback);
}
