/** What a page loses when it is closed or loaded again. */
import type {RoomState} from "../client/types";

/** Whether text would be lost with the page. */
export function holdsText({unsent, orphan}: Pick<RoomState, "unsent" | "orphan">): boolean {
  return unsent > 0 || orphan !== null;
}
