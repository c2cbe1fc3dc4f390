/** Notices: one sentence with buttons, below the toolbar. A notice never covers the code. */
import {button, h, setText} from "./dom";
import {once} from "./timing";

export interface NoticeOptions {
  /** Distinguishes the notice in style sheets and tests: "joined" adds `pairedit-joined`. */
  readonly name: string;
  readonly tone?: "warn" | "error";
  /** Reads a sentence to screen readers. Without it, the sentence is a live region itself. */
  readonly announce?: (sentence: string) => void;
  readonly role?: "status" | "alert";
  /** Focuses the code. Called when the notice is hidden while it has the focus. */
  readonly focus: () => void;
}

export interface Notice {
  readonly element: HTMLElement;
  /** Displays `sentence` and announces `aloud`. An empty sentence hides the notice. */
  display(sentence: string, aloud?: string): void;
  /** Displays the message of `error`, and announces it. */
  displayError(error: unknown): void;
  /** Adds elements after the buttons that are there. */
  add(...actions: readonly HTMLElement[]): void;
  /**
   * Adds a button that calls `run`, then hides the notice and announces `done`. While `run` is under
   * way the button does nothing; if it rejects, the notice displays the error.
   */
  action(label: string, run: () => unknown, className: string, done?: string): HTMLButtonElement;
}

export function createNotice(options: NoticeOptions): Notice {
  const {announce, focus, role = announce ? "" : "status"} = options;
  const sentence = h("span", {class: "pairedit-sentence", ...(role && {role})});
  const actions = h("span", {class: "pairedit-actions"});
  const element = h("div", {class: `pairedit-notice pairedit-${options.name}`}, sentence, actions);
  if (options.tone) element.dataset.tone = options.tone;
  let displayed = "";
  element.hidden = true;

  function display(text: string, aloud = text): void {
    const hadFocus = element.contains(document.activeElement);
    setText(sentence, text);
    element.hidden = !text;
    if (!text && hadFocus) focus();
    if (aloud && text !== displayed) announce?.(aloud);
    displayed = text;
  }

  const displayError = (error: unknown): void => display(messageOf(error));
  return {
    element,
    display,
    displayError,
    add: (...more) => actions.append(...more),
    action(label, run, className, done) {
      async function perform(): Promise<void> {
        try {
          await run();
        } catch (error) {
          return displayError(error);
        }
        display("");
        if (done) announce?.(done);
      }
      const press = button(label, () => void once(press, perform), className);
      actions.append(press);
      return press;
    },
  };
}

/** The sentence to display for something that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "That failed. Try again.";
}
