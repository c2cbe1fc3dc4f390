/** How much goes into one push. */
import type {ChangeJSON} from "./protocol.gen";
import type {Replica} from "./replica";

/** Well under what the server takes in one message, so that nobody waits long behind it. */
const most = {updates: 200, parts: 1500, characters: 256 * 1024};

/**
 * The oldest unconfirmed edits that go into one push, of the `first` ones only if that is given;
 * at least one if there is any, however large it is.
 */
export function nextPush(
  replica: Replica,
  first = Infinity,
): {version: number; updates: ChangeJSON[]} | null {
  const updates: ChangeJSON[] = [];
  let [parts, characters] = [0, 0];
  for (const changes of replica.sendable(Math.min(first, most.updates))) {
    const json = changes.toJSON() as ChangeJSON;
    parts += json.length;
    characters += JSON.stringify(json).length;
    if (updates.length && (parts > most.parts || characters > most.characters)) break;
    updates.push(json);
  }
  return updates.length ? {version: replica.version, updates} : null;
}
