/**
 * Line-by-line highlighting for the languages that have no grammar in the bundle.
 *
 * JavaScript, SQL and Markdown by their Lezer grammars weigh 50 kB, more than the whole editor core
 * of this package; these few rules weigh two. Python and JSON have their grammars (languages.ts).
 * Token names are those of StreamLanguage: the names of `@lezer/highlight` tags.
 */
import type {StreamParser, StringStream} from "@codemirror/language";

type Rule<State> = (stream: StringStream, state: State) => string | null;

function words(text: string): Set<string> {
  return new Set(text.split(" "));
}

/** Reads to the end mark or the end of the line; true when the mark was there. */
function readTo(stream: StringStream, mark: string, escapes: boolean): boolean {
  while (!stream.eol()) {
    if (stream.match(mark)) return true;
    if (stream.next() === "\\" && escapes) stream.next();
  }
  return false;
}

interface CodeState {
  /** What ends the string or comment that the line before left open. */
  open: {mark: string; token: string} | null;
  depth: number;
  /** A value stands before: a slash divides, and does not start a regular expression. */
  value: boolean;
}

function startCode(): CodeState {
  return {open: null, depth: 0, value: false};
}

/** One token of an open string or comment. */
function within(stream: StringStream, state: CodeState, mark: string, token: string): string {
  // Of what may go over lines, only JavaScript's templates know the backslash.
  state.open = readTo(stream, mark, mark === "`") ? null : {mark, token};
  return token;
}

const JS_KEYWORDS = words(
  "async await break case catch class const continue debugger default delete do else export " +
    "extends finally for from function get if import in instanceof let new of return set static " +
    "super switch this throw try typeof var void while with yield",
);
const JS_ATOMS = words("true false null undefined NaN Infinity");
const JS_NUMBER = /^(?:0[xob][\da-f_]+|\d[\d_]*(?:\.[\d_]*)?(?:e[+-]?\d+)?|\.\d+)n?/i;
const REGEXP = /^\/(?:[^\\/[\n]|\\.|\[(?:[^\]\\]|\\.)*\])+\/[a-z]*/;

const javascriptToken: Rule<CodeState> = (stream, state) => {
  if (state.open) return within(stream, state, state.open.mark, state.open.token);
  if (stream.eatSpace()) return null;
  if (stream.match("//")) return stream.skipToEnd(), "comment";
  if (stream.match("/*")) return within(stream, state, "*/", "comment");
  const before = state.value;
  state.value = true;
  if (stream.match("`")) return within(stream, state, "`", "string");
  if (stream.match(/^["']/)) {
    // A line's end ends it, whether it was closed or not.
    readTo(stream, stream.current(), true);
    return "string";
  }
  if (stream.match(JS_NUMBER)) return "number";
  if (stream.match(/^[\p{L}_$#][\p{L}\p{N}_$]*/u)) return javascriptWord(stream, state);
  if (!before && stream.match(REGEXP)) return "regexp";
  const mark = stream.next() ?? "";
  state.value = ")]}".includes(mark);
  if ("([{".includes(mark)) state.depth++;
  if (")]}".includes(mark)) state.depth = Math.max(0, state.depth - 1);
  return "()[]{}".includes(mark) ? "bracket" : ",;.:".includes(mark) ? "punctuation" : "operator";
};

function javascriptWord(stream: StringStream, state: CodeState): string {
  const word = stream.current();
  if (JS_ATOMS.has(word)) return "atom";
  if (JS_KEYWORDS.has(word)) {
    state.value = word === "this" || word === "super";
    return "keyword";
  }
  if (stream.match(/^\s*\(/, false)) return "variableName.function";
  return stream.match(/^\s*:/, false) ? "propertyName" : "variableName";
}

export const javascriptLines: StreamParser<CodeState> = {
  name: "javascript",
  startState: startCode,
  copyState: state => ({...state}),
  token: javascriptToken,
  indent: (state, after, {unit}) =>
    state.open ? null : unit * Math.max(0, state.depth - (/^\s*[)\]}]/.test(after) ? 1 : 0)),
  languageData: {
    commentTokens: {line: "//", block: {open: "/*", close: "*/"}},
    indentOnInput: /^\s*[)\]}]$/,
  },
};

const SQL_KEYWORDS = words(
  "add all alter and any as asc begin between by cascade case cast check column commit " +
    "constraint create cross database default delete desc distinct drop else end except " +
    "exists explain foreign from full group having if in index inner insert intersect " +
    "into is join key left like limit materialized natural not offset on or order outer " +
    "over partition primary recursive references returning right rollback row rows schema " +
    "select set table temporary then to transaction trigger truncate union unique update " +
    "using values view when where window with",
);
const SQL_TYPES = words(
  "bigint binary blob boolean bytea char date datetime decimal double float int integer interval " +
    "json jsonb numeric real serial smallint text time timestamp uuid varchar",
);
const SQL_ATOMS = words("true false null current_date current_time current_timestamp");

export const sqlLines: StreamParser<CodeState> = {
  name: "sql",
  startState: startCode,
  copyState: state => ({...state}),
  token(stream, state) {
    if (state.open) return within(stream, state, state.open.mark, state.open.token);
    if (stream.eatSpace()) return null;
    if (stream.match("--")) return stream.skipToEnd(), "comment";
    if (stream.match("/*")) return within(stream, state, "*/", "comment");
    if (stream.match("'")) return within(stream, state, "'", "string");
    if (stream.match(/^"[^"]*"?/)) return "variableName";
    if (stream.match(/^\d+(?:\.\d*)?(?:e[+-]?\d+)?/i)) return "number";
    if (stream.match(/^[\p{L}_@:$][\p{L}\p{N}_$]*/u)) {
      const word = stream.current().toLowerCase();
      if (SQL_ATOMS.has(word)) return "atom";
      if (SQL_TYPES.has(word)) return "typeName";
      return SQL_KEYWORDS.has(word) ? "keyword" : "variableName";
    }
    return /[(),;.]/.test(stream.next() ?? "") ? "punctuation" : "operator";
  },
  languageData: {commentTokens: {line: "--", block: {open: "/*", close: "*/"}}},
};

interface MarkdownState {
  /** The fence that ends the code block, or nothing. */
  fence: string;
}

const MARKDOWN_INLINE: readonly (readonly [RegExp, string])[] = [
  [/^\\./, "escape"],
  [/^(`+)(?!`).*?[^`]\1(?!`)/, "monospace"],
  [/^(\*\*|__)(?=\S).*?\S\1/, "strong"],
  [/^(\*|_)(?=\S)(?:(?!\1).)*\S\1/, "emphasis"],
  [/^~~(?=\S).*?\S~~/, "strikethrough"],
  [/^!?\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])/, "link"],
  [/^<?https?:\/\/[^\s>)]+>?/, "url"],
];

export const markdownLines: StreamParser<MarkdownState> = {
  name: "markdown",
  startState: () => ({fence: ""}),
  copyState: state => ({...state}),
  token(stream, state) {
    const start = stream.sol();
    if (start && state.fence) {
      if (stream.match(state.fence)) state.fence = "";
      stream.skipToEnd();
      return state.fence ? "monospace" : "meta";
    }
    if (start) {
      const fence = stream.match(/^\s{0,3}(`{3,}|~{3,})/);
      if (Array.isArray(fence)) state.fence = fence[1] ?? "";
      if (fence) return stream.skipToEnd(), "meta";
      if (stream.match(/^#{1,6}\s/)) return stream.skipToEnd(), "heading";
      if (stream.match(/^\s{0,3}([-*_])(?:\s*\1){2,}\s*$/)) return "contentSeparator";
      if (stream.match(/^\s*>+/)) return "quote";
      if (stream.match(/^\s*(?:[-+*]|\d+[.)])\s/)) return "list";
    }
    for (const [rule, token] of MARKDOWN_INLINE) if (stream.match(rule)) return token;
    // A word at a time: an underscore inside one does not start emphasis.
    if (!stream.match(/^[\p{L}\p{N}_]+/u)) stream.next();
    return null;
  },
  languageData: {commentTokens: {block: {open: "<!--", close: "-->"}}},
};
