/** Title, language and limit of a widget: what Python sets goes to the room, and what it has comes back. */
import type {Room} from "../../client/types";
import type {Properties} from "../../wire/api";
import {roomIn} from "../../wire/properties";
import type {NewProperties} from "../../wire/properties";
import type {Model, Traits} from "./model";

/** Changes the room as it was seen. Rejects with `ApiError`. */
export type Change = (seen: Properties, wanted: NewProperties) => Promise<Properties>;

export class WidgetProperties {
  /** Why the last change failed; else empty. */
  problem = "";
  private asked: number;
  private done: number;
  /** What the server answered last. It may be newer than what the socket has brought. */
  private known: Properties | null = null;

  /** `change` is null for a guest; `changed` is called when `state` or `problem` is another one. */
  constructor(
    private readonly model: Model,
    private readonly room: Room,
    private readonly change: Change | null,
    private readonly changed: () => void,
  ) {
    this.asked = this.done = model.get("_wants_done");
  }

  /** Sends what Python has set, when the room was entered. */
  take(): void {
    const {model, room, change} = this;
    const count = model.get("_wants");
    if (count <= this.asked || count <= this.taken || !change || !room.state.clientId) return;
    this.asked = count;
    change(this.newest, model.get("_wanted")).then(
      now => this.answered(count, now, ""),
      (error: unknown) => this.answered(count, roomIn(error), problemOf(error)),
    );
  }

  /** What the room has, for the kernel; nothing before the room was entered. */
  state(): Partial<Traits> {
    const {language} = this.room.state;
    // A report from before Python set something would undo it.
    if (!language || this.taken < Math.max(this.asked, this.model.get("_wants"))) return {};
    const {title, limit} = this.newest;
    return {title, language: this.newest.language, limit, _wants_done: this.taken};
  }

  /** Up to which count this page, or another one that shows the notebook, has asked the room. */
  private get taken(): number {
    return Math.max(this.done, this.model.get("_wants_done"));
  }

  private get newest(): Properties {
    const {known, room} = this;
    return known && known.changes > room.state.changes ? known : room.state;
  }

  private answered(count: number, now: Properties | null, problem: string): void {
    this.known = now ?? this.known;
    this.done = Math.max(this.done, count);
    this.problem = problem;
    this.changed();
  }
}

function problemOf(error: unknown): string {
  if (roomIn(error)) {
    return "Somebody else has changed the room at the same time; their change stands.";
  }
  return error instanceof Error ? `The room was not changed: ${error.message}` : "";
}
