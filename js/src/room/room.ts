/** The menu Room: title, language, people at a time, switches, and deleting. It is in room.js. */
import type {Room, RoomState} from "../client/types";
import type {MenuItem} from "../menu/items";
import {createNotice} from "../ui/notice";
import type {Api} from "../wire/api";
import {changeRoom} from "../wire/properties";
import type {NewProperties} from "../wire/properties";
import type {SeatWanted} from "../wire/protocol.gen";
import {deletion} from "./deletion";
import {changedSentence, failedSentence, languageChoices, limitChoices, SWITCHES} from "./labels";
import {RenameForm} from "./rename";
import {SeatNotice} from "./seatnotice";

export {VERSION} from "../wire/protocol.gen";

export {openMenu} from "../menu/menu";

export interface RoomActionsOptions {
  readonly room: Room;
  readonly api: Api;
  readonly roomId: string;
  /** Gives the focus to the code. */
  readonly focus: () => void;
  readonly announce: (sentence: string) => void;
}

/** What the menu of an editor does, and the notices below the bar that belong to it. */
export class RoomActions {
  readonly notices: readonly HTMLElement[];
  private readonly problem;
  private readonly rename: RenameForm;
  private readonly remove;
  private readonly seat: SeatNotice;

  constructor(private readonly options: RoomActionsOptions) {
    const {api, roomId} = options;
    const change = (wanted: NewProperties): Promise<void> => this.change(wanted);
    this.problem = createNotice({...options, name: "room-problem", tone: "error"});
    this.problem.action("Dismiss", () => {}, "pairedit-dismiss");
    this.rename = new RenameForm({...options, change});
    this.remove = deletion({...options, remove: () => api.deleteRoom(roomId)});
    this.seat = new SeatNotice({...options, change});
    const parts = [this.problem, this.rename, this.remove, this.seat];
    this.notices = parts.map(({element}) => element);
  }

  /** The items of the menu. */
  items(): MenuItem[] {
    const {title, language, limit, settings} = this.options.room.state;
    const choose = (wanted: NewProperties): void => this.choose(wanted);
    return [
      {
        kind: "action",
        label: title ? "Rename…" : "Name this room…",
        run: () => this.rename.open(),
      },
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
      ...SWITCHES.map(([name, label]): MenuItem => ({
        kind: "check",
        label,
        checked: settings[name],
        toggle: () => choose({settings: {[name]: !settings[name]}}),
      })),
      {kind: "line"},
      {kind: "action", label: "Delete this room…", run: () => this.remove.ask()},
    ];
  }

  /** Displays that somebody could not join. */
  displayWanted(wanted: SeatWanted): void {
    this.seat.display(wanted);
  }

  update(state: RoomState): void {
    this.rename.update(state);
    this.remove.update(state);
    this.seat.update(state);
  }

  private choose(wanted: NewProperties): void {
    this.change(wanted).catch((error: unknown) => this.problem.displayError(error));
  }

  /** Changes the room as it is displayed. Rejects with an Error to display. */
  private async change(wanted: NewProperties): Promise<void> {
    const {room, api, roomId, announce} = this.options;
    try {
      await changeRoom(api, roomId, room.state, wanted);
    } catch (error) {
      throw new Error(failedSentence(error, wanted), {cause: error});
    }
    this.problem.display("");
    announce(changedSentence(wanted));
  }
}
