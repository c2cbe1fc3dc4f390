/** What the state machine of a client asks of its connection. */
import type {ClientMessage} from "./protocol.gen";

export interface Line {
  send(message: ClientMessage): void;
  /** Drop this connection and open another one. */
  restart(): void;
  /** Drop this connection for good, until the person wants another try. */
  refuse(message: string): void;
}
