/** The room menu of an editor, and the notice that somebody could not join. */
import type {RoomState} from "../client/types";
import {MenuButton} from "../menu/menubutton";
import type {RoomActions} from "../room/room";
import {h} from "../ui/dom";
import type {Api} from "../wire/api";
import type {MemberContext} from "./context";

type Module = typeof import("../room/room");

export class RoomPart {
  readonly button: MenuButton<Module>;
  readonly notice = h("div");
  private actions: RoomActions | null = null;
  private seen: RoomState["seatWanted"];

  constructor(
    private readonly options: MemberContext,
    private readonly api: Api,
  ) {
    this.seen = options.room.state.seatWanted;
    this.button = new MenuButton<Module>({
      label: "Room",
      title: "Title, language, people at a time, and deleting",
      className: "pairedit-room-button",
      file: "room.js",
      announce: options.announce,
      open: (module, anchor) => {
        const actions = this.made(module);
        return module.openMenu({...anchor, items: () => actions.items()});
      },
    });
    this.notice.append(this.button.notice.element);
  }

  update(state: RoomState): void {
    this.button.element.hidden = state.role !== "owner" || !state.clientId;
    this.button.update();
    this.actions?.update(state);
    this.updateWanted(state);
  }

  private made({RoomActions}: Module): RoomActions {
    if (this.actions) return this.actions;
    const {api, options} = this;
    const {roomId} = options.login;
    this.actions = new RoomActions({...options, api, roomId});
    this.notice.append(...this.actions.notices);
    return this.actions;
  }

  /** The file is loaded when somebody could not join for the first time. */
  private updateWanted({seatWanted, role}: RoomState): void {
    if (seatWanted === this.seen) return;
    this.seen = seatWanted;
    if (!seatWanted || role !== "owner") return;
    this.button.load().then(
      module => this.made(module).displayWanted(seatWanted),
      () => this.options.announce("Somebody could not join: the room is full."),
    );
  }
}
