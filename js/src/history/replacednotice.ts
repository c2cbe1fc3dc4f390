/**
 * The notice that somebody replaced text of the whole file, with a button that restores it. The last
 * write wins, so people must learn what it replaced. This notice is in history.js.
 */
import type {Room} from "../client/types";
import {createNotice} from "../ui/notice";
import type {HistoryRoutes} from "../wire/history";
import {authorName, authorsLabel, markWords} from "./labels";
import type {Authors} from "./labels";

export interface ReplacedOptions {
  readonly room: Room;
  readonly routes: HistoryRoutes;
  readonly restorer: Restorer;
  readonly focus: () => void;
  readonly announce: (sentence: string) => void;
}

/** Consecutive writes that are displayed together: restoring goes back before the first. */
export interface Loss {
  readonly first: number;
  readonly last: number;
}

/** Adds a write to those displayed. If there were edits in between, only the new write counts. */
export function addWrite(shown: Loss | null, version: number): Loss {
  const first = shown && version === shown.last + 1 ? shown.first : version;
  return {first, last: version};
}

export function replacedSentence(entry: Authors, own: boolean): string {
  if (own && entry.marks?.includes("python")) return "You replaced the text in Python.";
  if (own) return "You replaced the text from another place.";
  const comma = markWords(entry).length ? "," : "";
  return `${authorsLabel(entry)}${comma} replaced the text.`;
}

export function replacedNotice(options: ReplacedOptions) {
  const {room, routes, restorer} = options;
  let loss: Loss | null = null;
  const notice = createNotice({...options, name: "replaced"});
  const restore = async (): Promise<void> => {
    if (loss) await restorer.restore(loss.first - 1);
    loss = null;
  };
  notice.action("Bring it back", restore, "pairedit-bring-back", "The previous text is back.");
  notice.action("Dismiss", () => (loss = null), "pairedit-dismiss");

  async function sentenceFor(version: number): Promise<string> {
    try {
      const {revisions} = await routes.revisions(version - 1, 1);
      const entry = revisions[0] ?? {author: ""};
      const {people, clientId} = room.state;
      const own = people.find(({clients}) => clients.includes(clientId));
      return replacedSentence(entry, own?.name === authorName(entry));
    } catch {
      // The loss matters more than who caused it.
      return replacedSentence({author: ""}, false);
    }
  }

  return {
    element: notice.element,
    /** Displays that `version` replaced text. */
    async display(version: number) {
      if (await restorer.isOwn(version)) return;
      const sentence = await sentenceFor(version);
      // Another write has replaced the text meanwhile, and has its own call.
      if (version !== room.state.replaced) return;
      loss = addWrite(loss, version);
      notice.display(sentence);
    },
  };
}

/** Restores versions, and knows which revisions came from that. */
export class Restorer {
  private readonly made = new Set<number>();
  private running: Promise<unknown> = Promise.resolve();

  constructor(private readonly routes: Pick<HistoryRoutes, "restore">) {}

  /** Rejects with an Error to display. */
  restore(version: number): Promise<void> {
    const done = this.routes.restore(version).then(reply => {
      this.made.add(reply.version);
    });
    this.running = done.catch(() => undefined);
    return done;
  }

  /** Whether a revision came from `restore`. Its update may arrive before the reply to `restore`. */
  async isOwn(version: number): Promise<boolean> {
    await this.running;
    return this.made.has(version);
  }
}

export type ReplacedNotice = ReturnType<typeof replacedNotice>;
