/** What the server leaves out of its messages, because whoever has followed the log knows it. */
import type {Accepted, CodeUpdate, Saved, ServerMessage, Update} from "../wire/protocol.gen";

/** An update with its client. */
export type FullUpdate = [clientId: string, changes: Update[1], write?: Update[2]];

type FullCodeUpdate = Omit<CodeUpdate, "version" | "updates"> & {
  version: number;
  updates?: FullUpdate[];
};

/** A message of the server with nothing left out. */
export type FullMessage =
  | Exclude<ServerMessage, CodeUpdate | Accepted | Saved>
  | FullCodeUpdate
  | ((Accepted | Saved) & {version: number});

/** Follows what one client is sent, connection after connection. */
export class Shorthand {
  /** The client of the last revision. */
  private author = "";
  /** Whether edits are accepted first and saved later on this connection. */
  private accepts = false;

  /** Give a message in full, for a client `me` that has the text of `known`. */
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
    // A write by REST has no client: it is "", which is not 0.
    if (client !== 0) this.author = client;
    return [this.author, ...rest];
  }
}

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
