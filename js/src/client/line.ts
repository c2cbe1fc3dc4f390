/** What the state machine of a client (`Sync`) uses of its connection. */
import type {ClientMessage, Hello} from "../wire/protocol.gen";

export interface Line {
  /** Sends the first message, completed for a member or a guest. */
  sendHello(hello: Hello): void;
  send(message: ClientMessage): void;
  /** Closes this connection and opens another one. */
  restart(): void;
  /** Closes this connection and connects again only if the person asks for it. */
  refuse(message: string): void;
}
