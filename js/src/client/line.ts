/** What the state machine of a client asks of its connection. */
import type {ClientMessage, Hello} from "../wire/protocol.gen";

export interface Line {
  /** Begin on a new connection, in the words of the door that it came through. */
  greet(hello: Hello): void;
  send(message: ClientMessage): void;
  /** Drop this connection and open another one. */
  restart(): void;
  /** Drop this connection for good, until the person wants another try. */
  refuse(message: string): void;
}
