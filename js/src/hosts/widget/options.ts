/** What a widget's room is made with. */
import type {RoomOptions} from "../../wire/api";
import type {Model} from "./model";

/** Returns the options of the new room, from the widget's traits. */
export function roomOptions(model: Pick<Model, "get">): RoomOptions {
  const code = model.get("first_code");
  const limit = model.get("limit");
  const name = model.get("room_name");
  return {
    title: model.get("title"),
    language: model.get("language"),
    ...(code === null ? {} : {code}),
    ...(limit === null ? {} : {limit}),
    ...(name ? {name} : {}),
  };
}
