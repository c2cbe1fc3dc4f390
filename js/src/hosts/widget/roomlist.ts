/** The list of the server's rooms, for a kernel that does not reach the server by itself. */
import type {Api} from "../../wire/api";
import {onMessage} from "./model";
import type {Model} from "./model";

/**
 * Answers `%pairedit list --all` with the rooms, or with the sentence why there is no list. Returns
 * the function that ends it.
 */
export function answerRoomList(model: Model, api: Pick<Api, "listRooms">): () => void {
  return onMessage(model, ({type}) => {
    if (type === "rooms")
      void api
        .listRooms()
        .catch((error: Error) => error.message)
        .then(rooms => model.send({type: "rooms", rooms}));
  });
}
