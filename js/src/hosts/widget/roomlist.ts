/** The list of the server's rooms, for a kernel that does not reach the server by itself. */
import type {Api} from "../../wire/api";
import {onMessage} from "./model";
import type {Model} from "./model";

/** Answers `%pairedit list --all`. Returns the function that ends it. */
export function answerRoomList(model: Model, api: Pick<Api, "listRooms">): () => void {
  return onMessage(model, ({type}) => {
    if (type !== "list_rooms") return;
    api.listRooms().then(
      rooms => model.send({type: "rooms", rooms}),
      ({message}: Error) => model.send({type: "no_rooms", message}),
    );
  });
}
