/** The name that a person with a login has given themselves in this browser; empty without one. */
import {Kept} from "./kept";
import type {KeepingPage} from "./kept";

/** In characters, as the server counts them. */
export const NAME_LENGTH = 40;

export function ownNameOf(page?: KeepingPage): Kept<string> {
  return new Kept<string>(
    {key: "pairedit:name", read: kept => kept ?? "", write: name => name || null},
    page,
  );
}

/** That of this page. */
export const ownName = ownNameOf();
