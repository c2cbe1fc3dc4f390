/** Where an editor requests suggestions. */
import type {Room} from "../client/types";
import type {Complete} from "./autocomplete";

/** Asks for nothing while the room has no suggestions. */
export function whereAllowed(room: Room, complete: Complete): Complete {
  return (...asked) =>
    room.state.settings.suggestions ? complete(...asked) : Promise.resolve(null);
}

/** Guests have no other way to the server. */
export function overSocket(room: Room): Complete {
  return (_code, at, _language, signal, variant) =>
    room.state.suggests ? room.suggest(at, signal, variant) : Promise.resolve(null);
}
