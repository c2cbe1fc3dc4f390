/** Completes messages of the server, which omit what the client can compute. */
import type {Accepted, CodeUpdate, Saved, ServerMessage, Update} from "../wire/protocol.gen";
import type {Writes} from "./types";

/** An update with its client. */
export type FullUpdate = [
  clientId: string,
  changes: Update[1],
  write?: Update[2],
  marks?: Update[3],
];

type FullCodeUpdate = Omit<CodeUpdate, "version" | "updates"> & {
  version: number;
  updates?: FullUpdate[];
};

/** A message of the server with all fields. */
export type FullMessage =
  | Exclude<ServerMessage, CodeUpdate | Accepted | Saved>
  | FullCodeUpdate
  | ((Accepted | Saved) & {version: number});

/** Follows the messages to one client over all its connections. */
export class Shorthand {
  /** The client of the last revision. */
  private author = "";
  /** Whether edits are accepted first and saved later on this connection. */
  private accepts = false;

  /** Returns the complete message, for the client `me` at version `known`. */
  full(message: ServerMessage, known: number, me: string): FullMessage {
    switch (message.type) {
      case "code_update": {
        const updates = message.updates?.map(update => this.named(update));
        const version = message.version ?? known + (updates?.length ?? 0);
        return updates ? {...message, version, updates} : {type: "code_update", version};
      }
      case "welcome":
        this.accepts = message.accepted ?? false;
        return message;
      case "accepted":
      case "saved": {
        const later = message.type === "saved" && this.accepts;
        const version = message.version ?? (later ? known : known + 1);
        // A write that changed nothing is answered, and is no revision.
        if (version > known) this.author = me;
        return {...message, version};
      }
      default:
        return message;
    }
  }

  private named([client, ...rest]: Update): FullUpdate {
    // The client of a write by REST is "", which is not 0.
    if (client !== 0) this.author = client;
    return [this.author, ...rest];
  }
}

/** Whether a message has content of the room, and does not only concern this client. */
export function isContent({type}: ServerMessage): boolean {
  return ["initial_state", "code_update", "accepted", "saved", "presence"].includes(type);
}

/**
 * Returns the last whole-file writes after `known` by other clients that removed text, or null if the
 * message has none.
 */
export function foreignWrites(
  message: FullMessage,
  known: number,
  clientId: string,
): Writes | null {
  if (message.type !== "code_update" || !message.updates) return null;
  const first = message.version - message.updates.length + 1;
  return message.updates.reduce<Writes | null>((found, [author, changes, write], index) => {
    const version = first + index;
    const foreign = write === 1 && author !== clientId && version > known;
    return foreign && changes.some(removes) ? addWrite(found, version) : found;
  }, null);
}

/** Adds a write to those before it. If there were edits in between, only the new write counts. */
export function addWrite(before: Writes | null, version: number): Writes {
  const first = before && version === before.last + 1 ? before.first : version;
  return {first, last: version};
}

/** A replaced section is `[length, …lines]`; a kept one is its length. */
function removes(section: number | (number | string)[]): boolean {
  return typeof section !== "number" && section[0] !== 0;
}
