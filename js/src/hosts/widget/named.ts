/** A widget whose room is opened by its name: the page asks the server for it, and the kernel gets the id. */
import {createNotice} from "../../ui/notice";
import type {Api} from "../../wire/api";
import type {Model} from "./model";
import {roomOptions} from "./options";

/**
 * Returns the id of the widget's room. Asks the server for a name whose room is not known, which makes
 * the room if there is none. `save` sends the traits to the kernel.
 */
export async function findRoom(
  model: Model,
  api: Pick<Api, "openName">,
  save: () => void,
): Promise<string> {
  const name = model.get("room_name");
  if (model.get("room_id") || !name) return model.get("room_id");
  const {roomId, outcome} = await api.openName(name, roomOptions(model));
  model.set("room_id", roomId);
  model.set("outcome", outcome);
  save();
  return roomId;
}

/** Says that the name was that of a room which was deleted. `focus` focuses the code. */
export function nameNotice(model: Pick<Model, "get">, focus: () => void) {
  const notice = createNotice({name: "renamed", focus});
  notice.action("Dismiss", () => {}, "pairedit-dismiss");
  notice.display(recreatedSentence(model));
  return notice;
}

/** Empty if no room of that name was deleted. */
export function recreatedSentence(model: Pick<Model, "get">): string {
  if (model.get("outcome") !== "recreated") return "";
  return `The room “${model.get("room_name")}” was deleted. This is a new room of that name.`;
}
