/** How CodeMirror highlights and indents each language. Grammars are in files of their own. */
import {
  LRLanguage,
  LanguageSupport,
  StreamLanguage,
  delimitedIndent,
  foldInside,
  foldNodeProp,
  indentNodeProp,
  indentUnit,
  syntaxTree,
} from "@codemirror/language";
import type {Extension} from "@codemirror/state";
import {
  DefaultBufferLength,
  IterMode,
  NodeProp,
  NodeSet,
  NodeType,
  NodeWeakMap,
  Parser,
  Tree,
} from "@lezer/common";
import {styleTags, tags} from "@lezer/highlight";
import {loadFile} from "../ui/load";
import type {Versioned} from "../ui/load";

/** What python.js uses of the packages that it must share with editor.js. */
const SHARED: Readonly<Record<string, unknown>> = {
  "@codemirror/language": {
    LRLanguage,
    LanguageSupport,
    delimitedIndent,
    foldInside,
    foldNodeProp,
    indentNodeProp,
    syntaxTree,
  },
  "@lezer/common": {
    DefaultBufferLength,
    IterMode,
    NodeProp,
    NodeSet,
    NodeType,
    NodeWeakMap,
    Parser,
    Tree,
  },
  "@lezer/highlight": {styleTags, tags},
};

interface PythonFile extends Versioned {
  readonly default: (require: (name: string) => unknown) => typeof import("./python");
}

type OtherLanguages = typeof import("./otherlanguages");

async function python(): Promise<Extension> {
  const {default: evaluate} = await loadFile<PythonFile>("python.js");
  return evaluate(name => SHARED[name]).pythonLanguage;
}

const other = (name: Exclude<keyof OtherLanguages, "VERSION">) => async (): Promise<Extension> => {
  const file = await loadFile<OtherLanguages>("languages.js");
  return StreamLanguage.define<unknown>(file[name]);
};

const LOADERS: Readonly<Record<string, () => Promise<Extension>>> = {
  python,
  javascript: other("javascript"),
  markdown: other("markdown"),
  sql: other("sql"),
  json: other("json"),
};

const grammars = new Map<string, Extension>();

/** The extension of a language. Until its grammar is loaded, it only sets the indentation. */
export function languageExtension(language: string): Extension {
  const name = language.toLowerCase();
  const unit = name in LOADERS && name !== "python" ? "  " : "    ";
  return [grammars.get(name) ?? [], indentUnit.of(unit)];
}

/** Loads the grammar of a language, if there is one. Rejects with `LoadError`. */
export async function loadLanguage(language: string): Promise<void> {
  const name = language.toLowerCase();
  const grammar = grammars.has(name) ? null : await LOADERS[name]?.();
  if (grammar) grammars.set(name, grammar);
}
