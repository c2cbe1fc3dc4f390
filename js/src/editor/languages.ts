/** The languages an editor knows: how each is named to a person and read by CodeMirror. */
import {jsonLanguage} from "@codemirror/lang-json";
import {pythonLanguage} from "@codemirror/lang-python";
import {StreamLanguage, indentUnit} from "@codemirror/language";
import type {Extension} from "@codemirror/state";
import {javascriptLines, markdownLines, sqlLines} from "./highlighters";

const TWO = indentUnit.of("  ");
const FOUR = indentUnit.of("    ");

const EXTENSIONS: Readonly<Record<string, () => Extension>> = {
  python: () => [pythonLanguage, FOUR],
  javascript: () => [StreamLanguage.define(javascriptLines), TWO],
  markdown: () => [StreamLanguage.define(markdownLines), TWO],
  sql: () => [StreamLanguage.define(sqlLines), TWO],
  json: () => [jsonLanguage, TWO],
};

/** What CodeMirror needs for a language; a language it does not know is plain text. */
export function languageExtension(language: string): Extension {
  return EXTENSIONS[language.toLowerCase()]?.() ?? FOUR;
}

