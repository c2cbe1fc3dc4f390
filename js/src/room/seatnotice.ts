/** The notice that somebody could not join a full room, with a button that makes room. */
import type {Room, RoomState} from "../client/types";
import {createNotice} from "../ui/notice";
import type {Notice} from "../ui/notice";
import type {NewProperties} from "../wire/properties";
import type {SeatWanted} from "../wire/protocol.gen";
import {wantsSeat} from "./labels";

export interface SeatNoticeOptions {
  readonly room: Room;
  readonly focus: () => void;
  readonly announce: (sentence: string) => void;
  /** Rejects with an Error to display. */
  readonly change: (wanted: NewProperties) => Promise<void>;
}

export class SeatNotice {
  readonly element: HTMLElement;
  private readonly notice: Notice;
  /** Names about which the person does not want to be asked again. */
  private readonly declined = new Set<string>();
  private shown: SeatWanted | null = null;
  /** The limit of the room when the notice was displayed. */
  private limit = 0;

  constructor(private readonly options: SeatNoticeOptions) {
    this.notice = createNotice({...options, name: "seat"});
    this.element = this.notice.element;
    this.notice.action("Make room for one more", () => this.makeRoom(), "pairedit-seat-more");
    this.notice.action("Not now", () => this.decline(), "pairedit-dismiss");
  }

  /** Displays that somebody could not join. The focus stays where it is. */
  display(wanted: SeatWanted): void {
    if (this.declined.has(wanted.name)) return;
    this.shown = wanted;
    this.limit = this.options.room.state.limit;
    this.notice.display(wantsSeat(wanted, this.limit));
  }

  /** Hides the notice when there is a seat, or the person has joined. */
  update({people, limit}: RoomState): void {
    if (!this.shown) return;
    const joined = people.some(({name}) => name === this.shown?.name);
    if (!joined && limit <= this.limit && people.length >= limit) return;
    this.shown = null;
    this.notice.display("");
  }

  private async makeRoom(): Promise<void> {
    const {people, limit} = this.options.room.state;
    // Who was in the room when its limit was lowered has stayed.
    await this.options.change({limit: Math.max(limit, people.length) + 1});
    this.shown = null;
  }

  private decline(): void {
    if (this.shown) this.declined.add(this.shown.name);
    this.shown = null;
  }
}
