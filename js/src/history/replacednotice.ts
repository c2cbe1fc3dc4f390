/**
 * The notice that somebody has replaced text of the whole file, with the way back: the last write
 * wins, and nobody should have to find out by themselves what it won over. It is in history.js.
 */
import type {Room} from "../client/types";
import {button, h, leave, setText} from "../ui/dom";
import {once} from "../ui/timing";
import type {HistoryRoutes} from "../wire/history";
import {authorName} from "./words";

export interface ReplacedOptions {
  readonly room: Room;
  readonly routes: HistoryRoutes;
  readonly restorer: Restorer;
  readonly focus: () => void;
  readonly announce: (sentence: string) => void;
}

export interface ReplacedBar {
  readonly element: HTMLElement;
  /** In that version, somebody's write took text away. */
  tell(version: number): Promise<void>;
}

/** Who looked away: of several writes in a row, the first is the one to go back before. */
export interface Loss {
  readonly first: number;
  readonly last: number;
}

/** A further write, seen while a notice of others stands. Edits in between begin anew. */
export function further(shown: Loss | null, version: number): Loss {
  const first = shown && version === shown.last + 1 ? shown.first : version;
  return {first, last: version};
}

export function replacedSentence(author: string, own: boolean): string {
  const who = own ? "You have" : `${author} has`;
  return `${who} replaced the text${own ? " from another place" : ""}.`;
}

export function replacedBar(options: ReplacedOptions): ReplacedBar {
  const {room, routes, restorer, focus, announce} = options;
  let loss: Loss | null = null;
  const sentence = h("span", {class: "pairedit-sentence"});
  const back = button("Bring it back", () => void once(back, bringBack), "pairedit-bring-back");
  const dismiss = button("Dismiss", hide, "pairedit-dismiss");
  const actions = h("span", {class: "pairedit-actions"}, back, dismiss);
  const element = h("div", {class: "pairedit-notice pairedit-replaced"}, sentence, actions);
  element.hidden = true;

  async function tell(version: number): Promise<void> {
    const told = await words(version);
    // Of two that were replaced at once, the newest is told.
    if (!told || version !== room.state.replaced) return;
    loss = further(loss, version);
    // The same again, by one who replaces and replaces, is not said aloud each time.
    if (element.hidden || sentence.textContent !== told) announce(told);
    setText(sentence, told);
    element.hidden = false;
  }

  async function words(version: number): Promise<string | null> {
    if (await restorer.isOurs(version)) return null;
    try {
      const {revisions} = await routes.revisions(version - 1, 1);
      const author = authorName(revisions[0] ?? {author: ""});
      const {people, clientId} = room.state;
      const me = people.find(({clients}) => clients.includes(clientId));
      return replacedSentence(author, me?.name === author);
    } catch {
      return replacedSentence("Somebody", false); // Who it was is not worth a second error.
    }
  }

  async function bringBack(): Promise<boolean> {
    if (!loss) return false;
    try {
      await restorer.restore(loss.first - 1);
    } catch (error) {
      setText(sentence, error instanceof Error ? error.message : "It could not be brought back.");
      announce(sentence.textContent ?? "");
      return false;
    }
    hide();
    announce("The text from before is back.");
    return true;
  }

  function hide(): void {
    leave(element, focus);
    loss = null;
  }

  return {element, tell};
}

/** Brings versions back, and knows which revisions came of that. */
export class Restorer {
  private readonly made = new Set<number>();
  private running: Promise<unknown> = Promise.resolve();

  constructor(private readonly routes: Pick<HistoryRoutes, "restore">) {}

  /** Rejects with an Error whose message is for people. */
  restore(version: number): Promise<void> {
    const done = this.routes.restore(version).then(reply => {
      this.made.add(reply.version);
    });
    this.running = done.catch(() => undefined);
    return done;
  }

  /** Whether a revision is of ours. Its update may arrive before the reply that says so. */
  async isOurs(version: number): Promise<boolean> {
    await this.running;
    return this.made.has(version);
  }
}
