/** How CodeMirror highlights and indents each language. Grammars are in files of their own. */
import {StreamLanguage, indentUnit} from "@codemirror/language";
import type {Extension} from "@codemirror/state";
import {loadFile} from "../ui/load";
import {loadSharing} from "./shared";

type OtherLanguages = typeof import("./otherlanguages");

async function python(): Promise<Extension> {
  return (await loadSharing<typeof import("./python")>("python.js")).python;
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
