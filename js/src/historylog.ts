/**
 * The room's life as far as it was read: any version of the code, from pages of revisions.
 *
 * A page has the code that it begins with, and every version in it is the one before, changed. So a
 * slider asks the server once a page, and not at each tick.
 */
import type {ChangeSet, Text} from "@codemirror/state";
import type {RevisionEntry, RevisionPage} from "./api";
import type {ChangeJSON} from "./protocol.gen";

/** Versions in a page; the last one of a page is the code that the next begins with. */
export const PAGE = 1000;
/** Between two edits of one person, in seconds, after which the second begins a new step. */
const PAUSE = 30;
/** Every so many versions the code is kept, so that none is more than that many changes away. */
const KEEP = 50;

/** Where versions come from. Rejects with an Error whose message is for people. */
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

interface Page {
  readonly base: number;
  readonly beginning: RevisionEntry;
  readonly entries: (RevisionEntry & {changes: ChangeSet})[];
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
    const page = this.pages.get(baseOf(version));
    return !!page && version <= page.base + page.entries.length;
  }

  /** Read what is missing of the version's page up to it, and as far as one reply goes. */
  async load(version: number): Promise<void> {
    const base = baseOf(version);
    const page = this.pages.get(base) ?? (await this.begin(base));
    for (;;) {
      const last = page.base + page.entries.length;
      if (last >= version) return;
      const {revisions} = await this.source.revisions(last, base + PAGE - last);
      if (!revisions.length) throw new Error(`Version ${version} is not in the room's history.`);
      for (const entry of revisions) {
        // Two questions about one page may be under way.
        if (entry.version !== page.base + page.entries.length + 1) continue;
        page.entries.push({...entry, changes: this.algebra.readChanges(entry.changes)});
      }
    }
  }

  entry(version: number): RevisionEntry {
    const page = this.page(version);
    return page.entries[version - page.base - 1] ?? page.beginning;
  }

  code(version: number): Text {
    return this.codeIn(this.page(version), version);
  }

  /** The code before the step of a version, which `changes` is made against. */
  before(version: number): Text {
    const page = this.page(version);
    return this.codeIn(page, Math.max(page.base, this.step(version).first - 1));
  }

  private codeIn(page: Page, version: number): Text {
    let from = version;
    while (!page.codes.has(from)) from--;
    let code = page.codes.get(from) as Text;
    const news = page.entries.slice(from - page.base, version - page.base);
    for (const {version: now, changes} of news) {
      code = changes.apply(code);
      if (now % KEEP === 0) page.codes.set(now, code);
    }
    return code;
  }

  /** The step of a version, as far as it was read; it does not reach into another page. */
  step(version: number): Step {
    const page = this.page(version);
    const entry = this.entry(version);
    if (version === page.base) return {first: version, last: version, entry};
    let [first, last] = [version, version];
    const at = (number: number) => page.entries[number - page.base - 1];
    while (first - 1 > page.base && together(at(first - 1), at(first))) first--;
    while (together(at(last), at(last + 1))) last++;
    return {first, last, entry};
  }

  /** What a step did up to a version of it; null where the code begins. */
  changes(version: number): ChangeSet | null {
    const page = this.page(version);
    if (version === page.base) return null;
    return this.way(this.step(version).first - 1, version);
  }

  /** From one version to another; null where they are not of one page, and too far apart. */
  way(from: number, to: number): ChangeSet | null {
    const page = this.page(to);
    const [low, high] = [Math.min(from, to), Math.max(from, to)];
    if (low === high || low < page.base || high > page.base + page.entries.length) return null;
    const changes = page.entries.slice(low - page.base, high - page.base).map(each => each.changes);
    const there = changes.reduce((sum, next) => sum.compose(next));
    return from < to ? there : there.invert(this.codeIn(page, low));
  }

  /** All steps that were read, in order, each after the last version before it. */
  *steps(): Generator<Step> {
    for (const base of [...this.pages.keys()].sort((a, b) => a - b)) {
      const end = base + (this.pages.get(base)?.entries.length ?? 0);
      for (let version = base + 1; version <= end; ) {
        const step = this.step(version);
        yield step;
        version = step.last + 1;
      }
    }
  }

  private async begin(base: number): Promise<Page> {
    const {code, ...beginning} = await this.source.revision(base);
    const known = this.pages.get(base);
    if (known) return known;
    const codes = new Map([[base, this.algebra.toText(code)]]);
    const page = {base, beginning, entries: [], codes};
    this.pages.set(base, page);
    return page;
  }

  private page(version: number): Page {
    const page = this.pages.get(baseOf(version));
    if (!page) throw new RangeError(`Version ${version} was not read.`);
    return page;
  }
}

/** Version 0 is the beginning of the first page, 1,000 is its end. */
function baseOf(version: number): number {
  return Math.max(0, Math.ceil(version / PAGE) - 1) * PAGE;
}

function together(one: RevisionEntry | undefined, next: RevisionEntry | undefined): boolean {
  if (!one || !next || one.kind === "write" || next.kind === "write") return false;
  return one.author === next.author && next.at - one.at <= PAUSE;
}
