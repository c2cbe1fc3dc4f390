/**
 * The versions of a room that were read, as pages of revisions.
 *
 * A page has the code that it begins with and the changes after it. The server is asked once per
 * page, however often the slider moves. Of revisions that were merged, the last version exists; the
 * other versions of the run stand for it.
 */
import type {ChangeSet, Text} from "@codemirror/state";
import type {RevisionEntry, RevisionPage} from "../wire/history";
import type {ChangeJSON} from "../wire/protocol.gen";

/** Versions per page. The code at the last version of a page is the beginning of the next page. */
export const PAGE = 1000;
/** Seconds between two edits of one person after which the second begins a new step. */
const STEP_PAUSE = 30;
/** The code is kept at every 50th revision, so that at most 49 changes have to be applied. */
const KEEP_EVERY = 50;

/**
 * Reads versions from the server. Rejects with an Error to display. If the wanted version was merged
 * with others, the error has `nearest`: the last version before the run, and the last of the run.
 */
export interface Source {
  revisions(after: number, limit: number): Promise<RevisionPage>;
  revision(version: number): Promise<RevisionEntry & {code: string}>;
}

/** What editor.js provides of CodeMirror's changes. */
export interface Algebra {
  readChanges(json: ChangeJSON): ChangeSet;
  toText(code: string): Text;
}

/** Consecutive revisions of one person without a pause, or one write of the whole file. */
export interface Step {
  readonly first: number;
  readonly last: number;
  readonly entry: RevisionEntry;
}

type Entry = RevisionEntry & {readonly changes: ChangeSet};

/** Versions from `base` to the last entry. A merged run over the border of two pages is in both. */
interface Page {
  readonly base: number;
  readonly beginning: RevisionEntry;
  readonly entries: Entry[];
  /** The code by the number of entries that were applied. */
  readonly codes: Map<number, Text>;
}

export class HistoryLog {
  private readonly pages = new Map<number, Page>();

  constructor(
    private readonly source: Source,
    private readonly algebra: Algebra,
  ) {}

  /** Whether a version was read. The methods below may be called only for such versions. */
  has(version: number): boolean {
    const page = this.pages.get(placeOf(version));
    return !!page && version <= endOf(page);
  }

  /** Reads the page of a version, at least up to that version. */
  async load(version: number): Promise<void> {
    const place = placeOf(version);
    const page = this.pages.get(place) ?? (await this.begin(place));
    for (;;) {
      const last = endOf(page);
      if (last >= version) return;
      const {revisions} = await this.readAfter(place, last);
      if (!revisions.length) throw new Error(`Version ${version} is not in the room's history.`);
      for (const entry of revisions) {
        // Two calls may read one page at a time; and a reply may go on beyond the page.
        if (firstOf(entry) !== endOf(page) + 1 || endOf(page) >= place + PAGE) continue;
        page.entries.push({...entry, changes: this.algebra.readChanges(entry.changes)});
      }
      if (endOf(page) === last) throw this.forget(place);
    }
  }

  /** The entry of a version, or the beginning of the page. */
  entry(version: number): RevisionEntry {
    const page = this.page(version);
    return page.entries[countTo(page, version) - 1] ?? page.beginning;
  }

  /** The version before the entry of a version. */
  previous(version: number): number {
    return firstOf(this.entry(version)) - 1;
  }

  code(version: number): Text {
    const page = this.page(version);
    return this.codeIn(page, countTo(page, version));
  }

  /** The code before the step of a version: `changes` applies to it. */
  before(version: number): Text {
    const page = this.page(version);
    return this.codeIn(page, this.span(page, version).start);
  }

  private codeIn(page: Page, count: number): Text {
    let from = count;
    while (!page.codes.has(from)) from--;
    let code = page.codes.get(from) as Text;
    page.entries.slice(from, count).forEach(({changes}, index) => {
      code = changes.apply(code);
      const now = from + index + 1;
      if (now % KEEP_EVERY === 0) page.codes.set(now, code);
    });
    return code;
  }

  step(version: number): Step {
    const page = this.page(version);
    const entry = this.entry(version);
    const {start, end} = this.span(page, version);
    const [one = entry, other = entry] = [page.entries[start], page.entries[end - 1]];
    const first = end ? firstOf(one) : entry.version;
    return {first, last: other.version, entry};
  }

  /** What the step of a version did up to that version; null at the beginning of the page. */
  changes(version: number): ChangeSet | null {
    const page = this.page(version);
    return this.between(page, this.span(page, version).start, countTo(page, version));
  }

  /** The change from one version to another; null if they are not in one page. */
  changeBetween(from: number, to: number): ChangeSet | null {
    const page = this.page(to);
    if (Math.min(from, to) < page.base || Math.max(from, to) > endOf(page)) return null;
    return this.between(page, countTo(page, from), countTo(page, to));
  }

  /** All steps that were read, in order and without overlaps. */
  *steps(): Generator<Step> {
    let reached = 0;
    for (const [place, page] of [...this.pages].sort(([a], [b]) => a - b)) {
      const end = endOf(page);
      // Versions up to `place` belong to the page before.
      for (let version = Math.max(place, reached) + 1; version <= end; version = reached + 1) {
        const step = this.step(version);
        yield {...step, first: Math.max(step.first, reached + 1)};
        reached = step.last;
      }
    }
  }

  /** The change between two codes of a page, each given as a number of applied entries. */
  private between(page: Page, from: number, to: number): ChangeSet | null {
    const [low, high] = [Math.min(from, to), Math.max(from, to)];
    if (low === high) return null;
    const changes = page.entries.slice(low, high).map(each => each.changes);
    const there = changes.reduce((sum, next) => sum.compose(next));
    return from < to ? there : there.invert(this.codeIn(page, low));
  }

  /** The entries of a version's step, as indices into the page; empty at its beginning. */
  private span(page: Page, version: number): {start: number; end: number} {
    const {entries} = page;
    let end = countTo(page, version);
    if (!end) return {start: 0, end};
    let start = end - 1;
    while (start > 0 && together(entries[start - 1], entries[start])) start--;
    while (together(entries[end - 1], entries[end])) end++;
    return {start, end};
  }

  private async readAfter(place: number, after: number): Promise<RevisionPage> {
    try {
      return await this.source.revisions(after, place + PAGE - after);
    } catch (error) {
      throw nearestOf(error) ? this.forget(place) : error;
    }
  }

  /** Drops a page whose revisions were merged since it was read. Returns the error to throw. */
  private forget(place: number): Error {
    this.pages.delete(place);
    return new Error("The history was shortened while it was read. Try again.");
  }

  private async begin(place: number): Promise<Page> {
    const {code, ...beginning} = await this.first(place);
    const known = this.pages.get(place);
    if (known) return known;
    const codes = new Map([[0, this.algebra.toText(code)]]);
    const page = {base: beginning.version, beginning, entries: [], codes};
    this.pages.set(place, page);
    return page;
  }

  /** The version that a page begins with, or the last one before it that exists. */
  private async first(place: number): Promise<RevisionEntry & {code: string}> {
    try {
      return await this.source.revision(place);
    } catch (error) {
      const nearest = nearestOf(error);
      if (!nearest) throw error;
      return this.source.revision(nearest[0]);
    }
  }

  private page(version: number): Page {
    const page = this.pages.get(placeOf(version));
    if (!page) throw new RangeError(`Version ${version} was not read.`);
    return page;
  }
}

/** The page that has a version, as the version before its first one: 0 for versions 0 to 1,000. */
function placeOf(version: number): number {
  return Math.max(0, Math.ceil(version / PAGE) - 1) * PAGE;
}

function endOf(page: Page): number {
  return page.entries.at(-1)?.version ?? page.base;
}

function nearestOf(error: unknown): readonly [number, number] | null {
  return (error as {nearest?: readonly [number, number] | null}).nearest ?? null;
}

function firstOf(entry: RevisionEntry): number {
  return entry.first ?? entry.version;
}

/** The number of entries of a page up to and including the one that has the version. */
function countTo({base, entries}: Page, version: number): number {
  if (version <= base) return 0;
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.version ?? version) < version) low = middle + 1;
    else high = middle;
  }
  return low + 1;
}

function together(one: RevisionEntry | undefined, next: RevisionEntry | undefined): boolean {
  if (!one || !next || one.kind === "write" || next.kind === "write") return false;
  if (one.others?.length || next.others?.length) return false;
  if (one.marks?.join() !== next.marks?.join()) return false;
  return one.author === next.author && next.at - one.at <= STEP_PAUSE;
}
