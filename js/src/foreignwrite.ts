/** Finds, in what comes from the server, that somebody else has replaced text of the whole file. */
import type {FullMessage} from "./shorthand";

/**
 * The version of the last whole-file write in a message by another client that took text away, or
 * 0 if there is none after `known`. One that only adds takes nothing from anybody.
 */
export function foreignWrite(message: FullMessage, known: number, clientId: string): number {
  if (message.type !== "code_update" || !message.updates) return 0;
  const first = message.version - message.updates.length + 1;
  return message.updates.reduce((found, [author, changes, write], index) => {
    const version = first + index;
    const foreign = write === 1 && author !== clientId && version > known;
    return foreign && changes.some(removes) ? version : found;
  }, 0);
}

/** A replaced section is `[length, …lines]`; a kept one is its length. */
function removes(section: number | (number | string)[]): boolean {
  return typeof section !== "number" && section[0] !== 0;
}
