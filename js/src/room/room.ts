/** The menu Room: title, language, people at a time, switches, and deleting. It is in room.js. */
import type {Room, RoomState} from "../client/types";
import type {MenuItem} from "../menu/items";
import {createNotice} from "../ui/notice";
import type {Api} from "../wire/api";
import {changeRoom} from "../wire/properties";
import type {NewProperties} from "../wire/properties";
import type {SeatWanted} from "../wire/protocol.gen";
import {deletion} from "./deletion";
import {changedSentence, failedSentence, languageChoices, limitChoices} from "./labels";
import {renameForm} from "./rename";
import {seatNotice} from "./seatnotice";

export {openMenu} from "../menu/menu";

export interface RoomActionsOptions {
  readonly room: Room;
  readonly api: Api;
  readonly roomId: string;
  /** Gives the focus to the code. */
  readonly focus: () => void;
  readonly announce: (sentence: string) => void;
}

export type RoomActions = ReturnType<typeof roomActions>;

/** What the menu of an editor does, and the notices below the bar that belong to it. */
export function roomActions(options: RoomActionsOptions) {
  const {room, api, roomId, announce} = options;
  const problem = createNotice({...options, name: "room-problem", tone: "error"});
  problem.action("Dismiss", () => {}, "pairedit-dismiss");

  /** Changes the room as it is displayed. Rejects with an Error to display. */
  async function change(wanted: NewProperties): Promise<void> {
    try {
      await changeRoom(api, roomId, room.state, wanted);
    } catch (error) {
      throw new Error(failedSentence(error, wanted), {cause: error});
    }
    problem.display("");
    announce(changedSentence(wanted));
  }

  const choose = (wanted: NewProperties): void => {
    change(wanted).catch((error: unknown) => problem.displayError(error));
  };
  const rename = renameForm({...options, change});
  const remove = deletion({...options, remove: () => api.deleteRoom(roomId)});
  const seat = seatNotice({...options, change});

  function items(): MenuItem[] {
    const {title, language, limit, settings} = room.state;
    return [
      {kind: "action", label: title ? "Rename…" : "Name this room…", run: () => rename.open()},
      {
        kind: "choice",
        label: "Language",
        value: language,
        choices: languageChoices(),
        choose: value => choose({language: value}),
      },
      {
        kind: "choice",
        label: "People at a time",
        value: String(limit),
        choices: limitChoices(limit),
        choose: value => choose({limit: Number(value)}),
      },
      {
        kind: "check",
        label: "Suggestions in this room",
        checked: settings.suggestions,
        toggle: () => choose({settings: {suggestions: !settings.suggestions}}),
      },
      {kind: "line"},
      {kind: "action", label: "Delete this room…", run: () => remove.ask()},
    ];
  }

  return {
    items,
    notices: [problem.element, rename.element, remove.element, seat.element],
    /** Displays that somebody could not join. */
    wanted: (wanted: SeatWanted): void => seat.wanted(wanted),
    update(state: RoomState) {
      rename.update(state);
      remove.update(state);
      seat.update(state);
    },
  };
}
