/** The room menu of an editor, and the notice that somebody could not join. */
import type {RoomState} from "../client/types";
import {MenuButton} from "../menu/menubutton";
import type {RoomActions} from "../room/room";
import {h} from "../ui/dom";
import type {Api} from "../wire/api";
import type {MemberContext} from "./context";

type Module = typeof import("../room/room");

export function roomPart(options: MemberContext, api: Api) {
  const {room, login, announce} = options;
  const notice = h("div");
  let actions: RoomActions | null = null;
  let seen = room.state.seatWanted;

  function made(module: Module): RoomActions {
    if (actions) return actions;
    actions = module.roomActions({...options, api, roomId: login.roomId});
    notice.append(...actions.notices);
    return actions;
  }

  const button = new MenuButton<Module>({
    label: "Room",
    title: "Title, language, people at a time, and deleting",
    className: "pairedit-room-button",
    file: "room.js",
    announce,
    open: (module, anchor) => module.openMenu({...anchor, items: () => made(module).items()}),
  });

  /** The file is loaded when somebody could not join for the first time. */
  function updateWanted({seatWanted, role}: RoomState): void {
    if (seatWanted === seen) return;
    seen = seatWanted;
    if (!seatWanted || role !== "owner") return;
    button.load().then(
      module => made(module).wanted(seatWanted),
      () => announce("Somebody could not join: the room is full."),
    );
  }

  return {
    element: button.element,
    notice,
    update(state: RoomState) {
      button.element.hidden = state.role !== "owner" || !state.clientId;
      button.update();
      actions?.update(state);
      updateWanted(state);
    },
    destroy: () => button.destroy(),
  };
}
