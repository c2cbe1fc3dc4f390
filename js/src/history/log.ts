/**
 * The room's life as far as it was read: any version of the code, from pages of revisions.
 *
 * A page has the code that it begins with, and every version in it is the one before, changed. So a
 * slider asks the server once a page, and not at each tick. Where old revisions were merged, only
 * the last version of such a run is there; the others of it are taken for that one.
 */
import type {ChangeSet, Text} from "@codemirror/state";
import type {RevisionEntry, RevisionPage} from "../wire/history";
import type {ChangeJSON} from "../wire/protocol.gen";

/** Versions in a page; the last one of a page is the code that the next begins with. */
export const PAGE = 1000;
/** Between two edits of one person, in seconds, after which the second begins a new step. */
const PAUSE = 30;
/** Every so many revisions the code is kept, so that none is more than that many changes away. */
const KEEP = 50;

/**
 * Where versions come from. Rejects with an Error whose message is for people, and which has the
 * `nearest` two versions that are kept where the wanted one was merged with others.
 */
export interface Source {
  revisions(after: number, limit: number): Promise<RevisionPage>;
  revision(version: number): Promise<RevisionEntry & {code: string}>;
}

/** CodeMirror's algebra: it is in editor.js, and this file is not. */
export interface Algebra {
  readChanges(json: ChangeJSON): ChangeSet;
  toText(code: string): Text;
}

/** Revisions of one person in a row, up to a pause; a whole-file write is one by itself. */
export interface Step {
  readonly first: number;
  readonly last: number;
  readonly entry: RevisionEntry;
}

type Entry = RevisionEntry & {readonly changes: ChangeSet};

/** Of two pages beside each other, both have a run that was merged over their border. */
interface Page {
  /** The version that it begins with. */
  readonly base: number;
  readonly beginning: RevisionEntry;
  readonly entries: Entry[];
  /** The code after so many of the entries. */
  readonly codes: Map<number, Text>;
}

export class HistoryLog {
  private readonly pages = new Map<number, Page>();

  constructor(
    private readonly source: Source,
    private readonly algebra: Algebra,
  ) {}

  /** Whether the version was read: then the other methods may be called with it. */
  has(version: number): boolean {
    const page = this.pages.get(placeOf(version));
    return !!page && version <= endOf(page);
  }

  /** The version itself, or the one that it was merged into. */
  kept(version: number): number {
    return this.entry(version).version;
  }

  /** Read what is missing of the version's page up to it, and as far as one reply goes. */
  async load(version: number): Promise<void> {
    const place = placeOf(version);
    const page = this.pages.get(place) ?? (await this.begin(place));
    for (;;) {
      const last = endOf(page);
      if (last >= version) return;
      const {revisions} = await this.ask(place, last);
      if (!revisions.length) throw new Error(`Version ${version} is not in the room's history.`);
      for (const entry of revisions) {
        // Two questions about one page may be under way; and where much was merged, a reply goes on.
        if (firstOf(entry) !== endOf(page) + 1 || endOf(page) >= place + PAGE) continue;
        page.entries.push({...entry, changes: this.algebra.readChanges(entry.changes)});
      }
      if (endOf(page) === last) throw this.changed(place);
    }
  }

  /** The entry that has a version, or the beginning of the page. */
  entry(version: number): RevisionEntry {
    const page = this.page(version);
    return page.entries[countTo(page, version) - 1] ?? page.beginning;
  }

  /** The version before a version, or before the run that it was merged into. */
  previous(version: number): number {
    return firstOf(this.entry(version)) - 1;
  }

  code(version: number): Text {
    const page = this.page(version);
    return this.codeIn(page, countTo(page, version));
  }

  /** The code before the step of a version, which `changes` is made against. */
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
      if (now % KEEP === 0) page.codes.set(now, code);
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

  /** What a step did up to a version of it; null where the code begins. */
  changes(version: number): ChangeSet | null {
    const page = this.page(version);
    return this.between(page, this.span(page, version).start, countTo(page, version));
  }

  /** From one version to another; null where they are not of one page, and too far apart. */
  way(from: number, to: number): ChangeSet | null {
    const page = this.page(to);
    if (Math.min(from, to) < page.base || Math.max(from, to) > endOf(page)) return null;
    return this.between(page, countTo(page, from), countTo(page, to));
  }

  /** All steps that were read, in order, each after the last version before it. */
  *steps(): Generator<Step> {
    let reached = 0;
    for (const [place, page] of [...this.pages].sort(([a], [b]) => a - b)) {
      const end = endOf(page);
      // What lies before the place belongs to the page before.
      for (let version = Math.max(place, reached) + 1; version <= end; version = reached + 1) {
        const step = this.step(version);
        yield {...step, first: Math.max(step.first, reached + 1)};
        reached = step.last;
      }
    }
  }

  /** From after so many entries of a page to after so many others. */
  private between(page: Page, from: number, to: number): ChangeSet | null {
    const [low, high] = [Math.min(from, to), Math.max(from, to)];
    if (low === high) return null;
    const changes = page.entries.slice(low, high).map(each => each.changes);
    const there = changes.reduce((sum, next) => sum.compose(next));
    return from < to ? there : there.invert(this.codeIn(page, low));
  }

  /** The entries of a version's step, by their places in the page; none where the code begins. */
  private span(page: Page, version: number): {start: number; end: number} {
    const {entries} = page;
    let end = countTo(page, version);
    if (!end) return {start: 0, end};
    let start = end - 1;
    while (start > 0 && together(entries[start - 1], entries[start])) start--;
    while (together(entries[end - 1], entries[end])) end++;
    return {start, end};
  }

  private async ask(place: number, after: number): Promise<RevisionPage> {
    try {
      return await this.source.revisions(after, place + PAGE - after);
    } catch (error) {
      throw nearestOf(error) ? this.changed(place) : error;
    }
  }

  /** What was read of a page has been merged meanwhile: the next one who asks reads it anew. */
  private changed(place: number): Error {
    this.pages.delete(place);
    return new Error("The room's history has just been shortened. Try again.");
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

  /** The version that a page begins with, or the last one before it that is kept. */
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

/** Version 0 is the beginning of the first page, 1,000 is its end. */
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

/** How many entries of a page there are up to a version, the one that has it included. */
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
  return one.author === next.author && next.at - one.at <= PAUSE;
}
