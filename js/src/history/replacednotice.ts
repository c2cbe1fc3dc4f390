/**
 * The notice that somebody replaced text of the whole file, with a button that restores it. The last
 * write wins, so people must learn what it replaced. This notice is in history.js.
 */
import {addWrite} from "../client/messages";
import type {Room, Writes} from "../client/types";
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

export function replacedSentence(entry: Authors, own: boolean): string {
  if (own && entry.marks?.includes("python")) return "You replaced the text in Python.";
  if (own) return "You replaced the text from another place.";
  const comma = markWords(entry).length ? "," : "";
  return `${authorsLabel(entry)}${comma} replaced the text.`;
}

async function sentenceFor({room, routes}: ReplacedOptions, version: number): Promise<string> {
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

export function replacedNotice(options: ReplacedOptions) {
  const {room, restorer} = options;
  /** What the button restores the text before. */
  let loss: Writes | null = null;
  const notice = createNotice({...options, name: "replaced"});
  const restore = async (): Promise<void> => {
    if (loss) await restorer.restore(loss.first - 1);
    loss = null;
  };
  notice.action("Bring it back", restore, "pairedit-bring-back", "The previous text is back.");
  notice.action("Dismiss", () => (loss = null), "pairedit-dismiss");

  return {
    element: notice.element,
    /** Displays that `writes` replaced text. */
    async display(writes: Writes) {
      const foreign = await restorer.foreign(writes);
      if (!foreign.includes(writes.last)) return;
      // At once, because the next call adds to it.
      loss = foreign.reduce(addWrite, loss);
      const sentence = await sentenceFor(options, writes.last);
      // Another write has replaced the text meanwhile, and has its own call.
      if (writes !== room.state.replaced) return;
      // The notice of those before may have been dismissed meanwhile.
      loss ??= foreign.reduce<Writes | null>(addWrite, null);
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

  /** The versions that did not come from `restore`, whose reply may arrive after its update. */
  async foreign({first, last}: Writes): Promise<number[]> {
    await this.running;
    const versions = Array.from({length: last - first + 1}, (_, index) => first + index);
    return versions.filter(version => !this.made.has(version));
  }
}

export type ReplacedNotice = ReturnType<typeof replacedNotice>;
