/** The interface between a room and what displays its runs. */
import type {ChangeSet, Text} from "@codemirror/state";
import type {
  Approve,
  AskRun,
  Grant,
  NewOutputs,
  Question,
  Refuse,
  RunChanged,
  RunKernel,
  RunRefused,
  RunTaken,
  Shown,
  StopRun,
  Unread,
  Welcome,
  Withdraw,
} from "../wire/protocol.gen";

export type RunRequest = AskRun | Shown | StopRun | Withdraw | Approve | Refuse | Grant;

/** What the server says of runs; a new connection, and the end of one. */
export type RunNews =
  | (RunKernel | RunChanged | NewOutputs | Question | RunTaken | Unread | RunRefused)
  | Pick<Welcome, "type" | "epoch">
  | {readonly type: "lost"};

/**
 * Receives each change of the log's code, with its version after the change. `author` is empty for a
 * whole-file write.
 */
export type RevisionListener = (changes: ChangeSet, author: string, version: number) => void;

/** Messages about runs, and the versions that a run can name. */
export interface Runs {
  /** Identifies the log that has `version` and `log`. */
  readonly epoch: string;
  readonly version: number;
  /** The room's code at `version`, without what is unsent. */
  readonly log: Text;
  onRevision(listener: RevisionListener): () => void;
  /** Sets the only receiver, which gets what came before as well. */
  receive(receiver: (news: RunNews) => void): void;
  send(message: RunRequest): void;
}
