/** The notice that somebody could not join a full room, with a button that makes room. */
import type {Room, RoomState} from "../client/types";
import {createNotice} from "../ui/notice";
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

export function seatNotice({room, change, ...rest}: SeatNoticeOptions) {
  const notice = createNotice({...rest, name: "seat"});
  /** Names about which the person does not want to be asked again. */
  const declined = new Set<string>();
  let shown: SeatWanted | null = null;
  let limit = 0;

  notice.action(
    "Make room for one more",
    async () => {
      const {people, limit: now} = room.state;
      // Who was in the room when its limit was lowered has stayed.
      await change({limit: Math.max(now, people.length) + 1});
      shown = null;
    },
    "pairedit-seat-more",
  );
  notice.action(
    "Not now",
    () => {
      if (shown) declined.add(shown.name);
      shown = null;
    },
    "pairedit-dismiss",
  );
  return {
    element: notice.element,
    /** Displays that somebody could not join. The focus stays where it is. */
    wanted(wanted: SeatWanted) {
      if (declined.has(wanted.name)) return;
      shown = wanted;
      ({limit} = room.state);
      notice.display(wantsSeat(wanted, limit));
    },
    /** Takes the notice away when there is a seat, or the person has joined. */
    update(state: RoomState) {
      if (!shown) return;
      const joined = state.people.some(({name}) => name === shown?.name);
      if (!joined && state.limit <= limit && state.people.length >= state.limit) return;
      shown = null;
      notice.display("");
    },
  };
}
