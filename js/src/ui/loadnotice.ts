/** The notice that a file of the editor could not be loaded, with another attempt. */
import {LoadError} from "./load";
import {createNotice, messageOf} from "./notice";

export interface LoadNoticeOptions {
  /** Loads the file again and displays what is in it. Rejects with the error to display. */
  readonly retry: () => Promise<unknown>;
  /** Focuses the code. */
  readonly focus: () => void;
  readonly announce: (sentence: string) => void;
}

export interface LoadNotice {
  readonly element: HTMLElement;
  /** Displays `error`, after `news` that the file would have displayed. */
  displayError(error: unknown, news?: string): void;
  hide(): void;
}

export function loadNotice({retry, focus, announce}: LoadNoticeOptions): LoadNotice {
  const notice = createNotice({name: "not-loaded", tone: "warn", focus, announce});
  const again = notice.action(
    "Try again",
    () =>
      retry().catch((error: unknown) => {
        again.hidden = !mayRetry(error);
        throw error;
      }),
    "pairedit-again",
  );
  notice.action("Dismiss", () => {}, "pairedit-dismiss");
  return {
    element: notice.element,
    displayError(error, news = "") {
      again.hidden = !mayRetry(error);
      notice.display([news, messageOf(error)].filter(Boolean).join(" "));
    },
    hide: () => notice.display(""),
  };
}

function mayRetry(error: unknown): boolean {
  return !(error instanceof LoadError) || error.retry;
}
