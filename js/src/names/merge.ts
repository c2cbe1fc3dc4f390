/** The names from the kernel beside those of the code. */
import type {Completion} from "@codemirror/autocomplete";
import type {FoundName, FoundNames} from "./kernel";

/** The names in the code that may replace the text from `from` to the caret. */
export interface CodeNames {
  readonly from: number;
  readonly options: readonly Completion[];
}

/** The kinds of keys of dictionaries and of magics: where they are, other words seldom fit. */
const FIRST = /dict key|magic/;

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

/** How far names of the kernel come after names of the code, which are listed earlier. */
const LATER = 40;
/** How far keys and magics come before words. */
const EARLIER = 20;
/** How far private names come after others; those with two underscores come last. */
const PRIVATE = 10;

/** Returns the options of the names of the code. */
export function codeOptions({options}: CodeNames): Completion[] {
  return options.map(option => ({...option, boost: -underscores(option.label) * PRIVATE}));
}

/**
 * Returns the options of the names that only the kernel knows, each once. Those of the code may be
 * listed already: they are given the kernel's kind and signature, and stay where they are. A word
 * that is a key or a magic moves to these.
 */
export function kernelOptions({names}: FoundNames, ofCode: readonly Completion[]): Completion[] {
  const inCode = new Map(ofCode.map(option => [option.label, option]));
  const options = new Map<string, Completion>();
  for (const each of names) {
    const {name: label} = each;
    const same = inCode.get(label);
    const boost = -LATER - underscores(label) * PRIVATE;
    if (same) Object.assign(same, described(each));
    else if (!options.has(label)) options.set(label, {label, boost, ...described(each)});
  }
  return [...options.values()];
}

function described({kind, signature}: FoundName): Pick<Completion, "type" | "detail" | "boost"> {
  const type = TYPES[kind] ?? kind.replace(/\W.*/, "");
  return {
    ...(type && {type}),
    ...(signature && {detail: signature}),
    ...(FIRST.test(kind) && {boost: EARLIER}),
  };
}

/** How many underscores a name begins with, up to two. */
function underscores(name: string): number {
  return /^_{0,2}/.exec(name)?.[0].length ?? 0;
}
