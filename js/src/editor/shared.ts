/** What files beside editor.js use of the packages of which a page must have one copy. */
import {
  cursorCharBackward,
  cursorCharForward,
  cursorCharLeft,
  cursorDocEnd,
  cursorDocStart,
  cursorGroupLeft,
  cursorGroupRight,
  cursorLineBoundaryBackward,
  cursorLineBoundaryForward,
  cursorLineDown,
  cursorLineEnd,
  cursorLineStart,
  cursorLineUp,
  cursorPageDown,
  cursorPageUp,
  deleteCharBackward,
  deleteCharForward,
  indentLess,
  indentMore,
  indentSelection,
  insertNewlineAndIndent,
  redo,
  selectAll,
  selectCharBackward,
  selectCharForward,
  selectDocEnd,
  selectDocStart,
  selectGroupBackward,
  selectGroupForward,
  selectGroupLeft,
  selectGroupRight,
  selectLineDown,
  selectLineEnd,
  selectLineStart,
  selectLineUp,
  selectPageDown,
  selectPageUp,
  simplifySelection,
  splitLine,
  toggleComment,
  toggleLineComment,
  transposeChars,
  undo,
} from "@codemirror/commands";
import {
  LRLanguage,
  LanguageSupport,
  StringStream,
  delimitedIndent,
  ensureSyntaxTree,
  foldInside,
  foldNodeProp,
  indentNodeProp,
  indentUnit,
  matchBrackets,
  syntaxTree,
} from "@codemirror/language";
import {RegExpCursor, SearchQuery, openSearchPanel, setSearchQuery} from "@codemirror/search";
import {
  Annotation,
  EditorSelection,
  Facet,
  MapMode,
  Prec,
  RangeSetBuilder,
  RangeValue,
  StateEffect,
  StateField,
  codePointAt,
  codePointSize,
  combineConfig,
  fromCodePoint,
} from "@codemirror/state";
import type {EditorState} from "@codemirror/state";
import {
  Decoration,
  Direction,
  EditorView,
  ViewPlugin,
  getDrawSelectionConfig,
  keymap,
  logException,
  runScopeHandlers,
  showPanel,
} from "@codemirror/view";
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
import {namesShown, openNames} from "./namesstate";

const commands = {
  cursorCharBackward,
  cursorCharForward,
  cursorCharLeft,
  cursorDocEnd,
  cursorDocStart,
  cursorGroupLeft,
  cursorGroupRight,
  cursorLineBoundaryBackward,
  cursorLineBoundaryForward,
  cursorLineDown,
  cursorLineEnd,
  cursorLineStart,
  cursorLineUp,
  cursorPageDown,
  cursorPageUp,
  deleteCharBackward,
  deleteCharForward,
  indentLess,
  indentMore,
  indentSelection,
  insertNewlineAndIndent,
  redo,
  selectAll,
  selectCharBackward,
  selectCharForward,
  selectDocEnd,
  selectDocStart,
  selectGroupBackward,
  selectGroupForward,
  selectGroupLeft,
  selectGroupRight,
  selectLineDown,
  selectLineEnd,
  selectLineStart,
  selectLineUp,
  selectPageDown,
  selectPageUp,
  simplifySelection,
  splitLine,
  toggleComment,
  toggleLineComment,
  transposeChars,
  undo,
};

const language = {
  LRLanguage,
  LanguageSupport,
  StringStream,
  delimitedIndent,
  ensureSyntaxTree,
  // The editor folds nothing.
  foldCode: () => false,
  foldInside,
  foldNodeProp,
  indentNodeProp,
  indentUnit,
  matchBrackets,
  syntaxTree,
};

/** The menu of names, for key maps that know CodeMirror's. */
const completion = {
  completionStatus: (state: EditorState) => (state.facet(namesShown) ? "active" : null),
  startCompletion: (view: EditorView) => view.state.facet(openNames).some(open => open(view)),
};

/** By package. A file gets no other names: the whole packages would make editor.js larger. */
export const SHARED: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "@codemirror/autocomplete": completion,
  "@codemirror/commands": commands,
  "@codemirror/language": language,
  "@codemirror/search": {RegExpCursor, SearchQuery, openSearchPanel, setSearchQuery},
  "@codemirror/state": {
    Annotation,
    EditorSelection,
    Facet,
    MapMode,
    Prec,
    RangeSetBuilder,
    RangeValue,
    StateEffect,
    StateField,
    codePointAt,
    codePointSize,
    combineConfig,
    fromCodePoint,
  },
  "@codemirror/view": {
    Decoration,
    Direction,
    EditorView,
    ViewPlugin,
    getDrawSelectionConfig,
    keymap,
    logException,
    runScopeHandlers,
    showPanel,
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

interface SharingFile<Module> extends Versioned {
  readonly default: (require: (name: string) => unknown) => Module;
}

/** Returns the module in a file that uses those packages. Rejects if the server does not send it. */
export async function loadSharing<Module>(file: string): Promise<Module> {
  const {default: evaluate} = await loadFile<SharingFile<Module>>(file);
  return evaluate(name => SHARED[name]);
}
