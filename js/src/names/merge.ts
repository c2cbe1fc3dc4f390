/** One list of the names from the kernel and from the code. */
import type {Completion} from "@codemirror/autocomplete";
import type {FoundName, FoundNames} from "./kernel";

/** The names in the code that may replace the text from `from` to the caret. */
export interface CodeNames {
  readonly from: number;
  readonly options: readonly Completion[];
}

/** What may replace the text from `from` to `to`. */
export interface MergedNames extends CodeNames {
  readonly to: number;
}

/** CodeMirror's icons by the kernel's kind. Other kinds have a name that CodeMirror knows, or none. */
const TYPES: Readonly<Record<string, string>> = {
  instance: "variable",
  statement: "variable",
  param: "variable",
  module: "namespace",
  magic: "keyword",
  path: "text",
  "dict key": "property",
};

/** How far names of the kernel come before names of the code. */
const KNOWN = 40;
/** How far private names come after others; those with two underscores come last. */
const PRIVATE = 10;

/**
 * Returns the names of both, each once and the kernel's first; null without any. If the kernel
 * replaces another part of the text, such as a key with its quote, its names stay alone.
 */
export function merged(
  known: FoundNames | null,
  inCode: CodeNames | null,
  at: number,
): MergedNames | null {
  const names = known?.names ?? [];
  const place = known && names.length ? known : {from: inCode?.from ?? at, to: at};
  const ofCode = inCode?.from === place.from && place.to === at ? inCode.options : [];
  const options = new Map<string, Completion>();
  for (const name of names) if (!options.has(name.name)) options.set(name.name, ofKernel(name));
  for (const option of ofCode) {
    const {label} = option;
    if (!options.has(label)) options.set(label, {...option, boost: -underscores(label) * PRIVATE});
  }
  if (!options.size) return null;
  return {from: place.from, to: place.to, options: [...options.values()]};
}

function ofKernel({name, kind, signature}: FoundName): Completion {
  return {
    label: name,
    type: TYPES[kind] ?? kind.replace(/\W.*/, ""),
    boost: KNOWN - underscores(name) * PRIVATE,
    ...(signature && {detail: signature}),
  };
}

/** How many underscores a name begins with, up to two. */
function underscores(name: string): number {
  return /^_{0,2}/.exec(name)?.[0].length ?? 0;
}
