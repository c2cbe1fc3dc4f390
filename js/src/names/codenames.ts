/** The names that the code itself has. No kernel is asked, so guests have them as well. */
import {CompletionContext, completeAnyWord} from "@codemirror/autocomplete";
import type {Completion, CompletionSource} from "@codemirror/autocomplete";
import {syntaxTree} from "@codemirror/language";
import type {EditorState} from "@codemirror/state";
import type {CodeNames} from "./merge";

const NAME = String.raw`[\p{L}_$][\p{L}\p{N}\p{M}_$]*`;
/** The end of what may have attributes: not of a number. */
const OWNER = String.raw`(?:(?<![\p{L}\p{N}_$])${NAME}|[)\]}"'])`;
// The blanks have a limit, as they are looked at from each place after them.
const ATTRIBUTES = new RegExp(String.raw`(?<=${OWNER}\s*\.[ \t]{0,99})${NAME}`, "gu");
const AFTER_DOT = new RegExp(String.raw`${OWNER}\s*\.\s*(?:${NAME})?$`, "u");
const WORD = new RegExp(String.raw`(?:${NAME})?$`, "u");
/** A word that is no name. */
const NUMBER = /^\p{N}/u;
/** What the grammars call text that is no code. */
const NO_CODE = /string|comment|number/i;
/** The longest name with what is before it: a search takes time that grows with its square. */
const LONGEST = 500;

/** Whether the caret is in code behind a dot, or behind the beginning of an attribute. */
export function isAfterDot({state, pos}: Pick<CompletionContext, "state" | "pos">): boolean {
  return AFTER_DOT.test(lineTo(state, pos)) && isCode(state, pos);
}

/**
 * Whether the line begins with `%` before the caret, and that is no magic of IPython: in another
 * language, in a text, or in brackets.
 */
export function isNoMagic({state, pos}: Pick<CompletionContext, "state" | "pos">): boolean {
  if (!/^\s*%/.test(lineTo(state, pos))) return false;
  let node = syntaxTree(state).resolveInner(pos, -1);
  while (node.parent && !NO_CODE.test(node.name) && !node.firstChild?.name.match(/[([{]/)) {
    node = node.parent;
  }
  // The grammar of Python alone calls the whole code so.
  return node.name !== "Script";
}

/** The start of the word before the caret; the caret without one. */
export function wordStart({state, pos}: Pick<CompletionContext, "state" | "pos">): number {
  const word = WORD.exec(lineTo(state, pos))?.[0] ?? "";
  return pos - word.length;
}

/** The end of the line before the caret. */
function lineTo({doc}: EditorState, pos: number): string {
  return doc.sliceString(Math.max(doc.lineAt(pos).from, pos - LONGEST), pos);
}

/**
 * Returns the names that may stand at the caret: the attributes in the code after a dot; else what
 * the grammar knows to be defined there, or all words of the code where there is no such grammar.
 */
export async function codeNames(context: CompletionContext): Promise<CodeNames | null> {
  const from = wordStart(context);
  const own = context.state.sliceDoc(from, context.pos);
  const others = (options: readonly Completion[]): CodeNames => ({
    from,
    options: options.filter(({label}) => label !== own && !NUMBER.test(label)),
  });
  if (isAfterDot(context)) return others(attributes(context, from));
  const {state, pos} = context;
  const scope = new CompletionContext(state, scopePlace(context), true);
  for (const source of state.languageDataAt<CompletionSource>("autocomplete", pos)) {
    const found = await source(scope);
    if (found) return others(found.options);
  }
  const words = await completeAnyWord(context);
  return words?.from === from ? others(words.options) : null;
}

/** A place in the block of the caret. To the grammar, a blank line at its end is no part of it. */
function scopePlace({state: {doc}, pos}: CompletionContext): number {
  let line = doc.lineAt(pos);
  if (!/^\s+$/.test(line.text.slice(0, pos - line.from))) return pos;
  while (!line.text.trim() && line.number > 1) line = doc.line(line.number - 1);
  return line.to;
}

function attributes({state}: CompletionContext, except: number): Completion[] {
  const found = new Set<string>();
  for (const {0: name, index} of state.doc.toString().matchAll(ATTRIBUTES)) {
    if (index !== except && isCode(state, index + 1)) found.add(name);
  }
  return [...found].map(label => ({label, type: "property"}));
}

function isCode(state: EditorState, pos: number): boolean {
  return !NO_CODE.test(syntaxTree(state).resolveInner(pos, -1).name);
}
