/** What CodeMirror's menu lists at a caret. */
import type {Completion, CompletionContext, CompletionResult} from "@codemirror/autocomplete";
import type {ChangeDesc, EditorState} from "@codemirror/state";
import type {Timers} from "../ui/timing";
import {codeNames, isAfterDot, isNoMagic} from "./codenames";
import {within} from "./deadline";
import type {FoundNames, NamesKernel} from "./kernel";
import {codeOptions, kernelOptions} from "./merge";

/** Milliseconds for which the menu waits for the kernel. */
export const KERNEL_MS = 300;
/** How many names the kernel gives at most. */
const KERNEL_NAMES = 200;

const CONTINUED = /^[\p{L}\p{N}\p{M}_$]*$/u;

export interface SourceOptions {
  readonly kernel: NamesKernel;
  readonly timers: Timers;
  /** Whether a typed dot opens the menu, and no key. */
  readonly byDot: () => boolean;
  /** Announces a sentence to screen readers. */
  readonly announce: (sentence: string) => void;
}

type Source = (context: CompletionContext) => Promise<CompletionResult | null>;

interface OfCode {
  readonly from: number;
  readonly options: readonly Completion[];
}

const NOTHING = "No names are known here.";

/**
 * Returns the sources of the menu: the names of the code, at once, and those of the kernel, if it
 * answers in time.
 */
export function namesSources(options: SourceOptions): [Source, Source] {
  const {byDot, announce} = options;
  /** The names of the code that the menu lists, or is about to list. */
  let inCode: Promise<OfCode | null> = Promise.resolve(null);
  const isElsewhere = (context: CompletionContext): boolean => byDot() && !isAfterDot(context);

  async function ofCode(context: CompletionContext): Promise<CompletionResult | null> {
    inCode = isElsewhere(context) ? Promise.resolve(null) : namesOfCode(context);
    const names = await inCode;
    return names && listed({...names, to: context.pos}, context.state, true);
  }

  async function ofKernel(context: CompletionContext): Promise<CompletionResult | null> {
    const listedNow = inCode;
    if (isElsewhere(context)) return null;
    const found = await asked(context, options);
    const names = await listedNow;
    if (found) {
      const options = kernelOptions(found, names?.options ?? []);
      return listed({...found, options}, context.state, isComplete(found));
    }
    if (!names && !byDot() && !context.aborted) announce(NOTHING);
    return null;
  }

  return [ofCode, ofKernel];
}

/** Returns the names that the kernel knows at the caret; null without any. */
async function asked(
  context: CompletionContext,
  {kernel, timers}: SourceOptions,
): Promise<FoundNames | null> {
  if (!kernel.answers || isNoMagic(context)) return null;
  const {state, pos} = context;
  const abort = new AbortController();
  context.addEventListener("abort", () => abort.abort());
  const ask = (signal: AbortSignal) => kernel.names(state.doc.toString(), pos, signal);
  const found = await within(KERNEL_MS, ask, timers, abort.signal);
  return found?.names.length ? found : null;
}

async function namesOfCode(context: CompletionContext): Promise<OfCode | null> {
  const names = await codeNames(context);
  return names?.options.length ? {from: names.from, options: codeOptions(names)} : null;
}

/** Whether the kernel knows no further names that begin as these do. */
function isComplete(found: FoundNames): boolean {
  return found.names.length < KERNEL_NAMES;
}

/** Makes CodeMirror's result. */
function listed(
  {from, to, options}: OfCode & {readonly to: number},
  {doc}: EditorState,
  complete: boolean,
): CompletionResult {
  const begun = doc.sliceString(from, to);
  return {
    ...{from, to, options},
    // The list stays while the person goes on with the name. Else the kernel is asked again.
    validFor: text =>
      complete && text.startsWith(begun) && CONTINUED.test(text.slice(begun.length)),
    map: mapping(doc.lineAt(to).from, from),
  };
}

/**
 * The names belong to the text from the start of the line to `from`: after a change of it the list
 * closes. Changes in other lines move it.
 */
function mapping(line: number, from: number): NonNullable<CompletionResult["map"]> {
  return (current, changes) => {
    if (isTouched(changes, line, from)) return null;
    const moved = [changes.mapPos(line, 1), changes.mapPos(from, 1)] as const;
    return moved[1] === from ? current : {...current, map: mapping(...moved)};
  };
}

/** Whether a change replaces text before `to`, or inserts some, that is not before `from`. */
function isTouched(changes: ChangeDesc, from: number, to: number): boolean {
  let touched = false;
  changes.iterChangedRanges((start, end) => {
    if (start < to && end >= from) touched = true;
  });
  return touched;
}
