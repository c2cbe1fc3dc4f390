/** What CodeMirror's menu lists at a caret. */
import type {CompletionContext, CompletionResult} from "@codemirror/autocomplete";
import type {ChangeDesc} from "@codemirror/state";
import type {Timers} from "../ui/timing";
import {codeNames, isAfterDot} from "./codenames";
import {within} from "./deadline";
import type {FoundNames, NamesKernel} from "./kernel";
import {merged} from "./merge";
import type {MergedNames} from "./merge";

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

const NOTHING = "No names are known here.";

/** Returns the source of the menu: the names of the kernel, if it answers in time, and of the code. */
export function namesSource({kernel, timers, byDot, announce}: SourceOptions) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const {state, pos} = context;
    if (byDot() && !isAfterDot(context)) return null;
    const code = state.doc.toString();
    const abort = new AbortController();
    context.addEventListener("abort", () => abort.abort());
    const ask = (signal: AbortSignal) => kernel.names(code, pos, signal);
    const known = kernel.answers ? within(KERNEL_MS, ask, timers, abort.signal) : null;
    const found = await known;
    const names = merged(found, await codeNames(context), pos);
    if (!names && !byDot() && !context.aborted) announce(NOTHING);
    return names && listed(names, state.doc.lineAt(pos).from, code, isComplete(found));
  };
}

/** Whether the kernel knows no further names that begin as these do. */
function isComplete(found: FoundNames | null): boolean {
  return !found || found.names.length < KERNEL_NAMES;
}

/** Makes CodeMirror's result. `line`: where the line of the caret starts. */
function listed(
  names: MergedNames,
  line: number,
  code: string,
  complete: boolean,
): CompletionResult {
  const begun = code.slice(names.from, names.to);
  return {
    ...names,
    // The list stays while the person goes on with the name. Else the kernel is asked again.
    validFor: text =>
      complete && text.startsWith(begun) && CONTINUED.test(text.slice(begun.length)),
    map: mapping(line, names.from),
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
