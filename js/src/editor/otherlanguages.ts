/**
 * Highlighting by line for the languages other than Python. The file is loaded when a room in one
 * of them is opened, and imports nothing of CodeMirror. Token names are those of StreamLanguage.
 */
import type {StreamParser, StringStream} from "@codemirror/language";
import {sql as dialect} from "@codemirror/legacy-modes/mode/sql";

export {VERSION} from "../wire/protocol.gen";
export {javascript, json} from "@codemirror/legacy-modes/mode/javascript";

/** Standard SQL, in which a backslash in a string has no special meaning. */
export const sql = dialect({backslashStringEscapes: false});

interface MarkdownState {
  /** The fence that ends the code block; empty outside of one. */
  fence: string;
}

function toEnd(stream: StringStream, token: string): string {
  stream.skipToEnd();
  return token;
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

export const markdown: StreamParser<MarkdownState> = {
  name: "markdown",
  startState: () => ({fence: ""}),
  copyState: state => ({...state}),
  token(stream, state) {
    const start = stream.sol();
    if (start && state.fence) {
      if (stream.match(state.fence)) state.fence = "";
      return toEnd(stream, state.fence ? "monospace" : "meta");
    }
    if (start) {
      const fence = stream.match(/^\s{0,3}(`{3,}|~{3,})/);
      if (Array.isArray(fence)) state.fence = fence[1] ?? "";
      if (fence) return toEnd(stream, "meta");
      if (stream.match(/^#{1,6}\s/)) return toEnd(stream, "heading");
      if (stream.match(/^\s{0,3}([-*_])(?:\s*\1){2,}\s*$/)) return "contentSeparator";
      if (stream.match(/^\s*>+/)) return "quote";
      if (stream.match(/^\s*(?:[-+*]|\d+[.)])\s/)) return "list";
    }
    for (const [rule, token] of MARKDOWN_INLINE) if (stream.match(rule)) return token;
    // Read whole words: an underscore inside a word does not start emphasis.
    if (!stream.match(/^[\p{L}\p{N}_]+/u)) stream.next();
    return null;
  },
  languageData: {commentTokens: {block: {open: "<!--", close: "-->"}}},
};
