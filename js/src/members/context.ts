/** What the parts of an editor for people with a login are given. */
import type {Room} from "../client/types";
import type {PartContext} from "../editor/editor";

/** A login at the server that has the room. */
export interface Login {
  /** Jupyter's base URL, with a slash at its end. */
  readonly baseUrl: string;
  readonly roomId: string;
  /** The address of the room page, for other people with a login. */
  readonly shareUrl: string;
}

export interface MemberContext extends PartContext {
  readonly room: Room;
  readonly login: Login;
  readonly nonce: string;
}
