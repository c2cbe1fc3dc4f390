/**
 * The editor's look: JupyterLab's CSS variables and nothing else, so that a change of theme shows
 * at once and no code here knows whether it is dark. editor.css gives each variable that a page
 * may lack a fallback under a name of ours (`--pe-…`).
 */
import {HighlightStyle, syntaxHighlighting} from "@codemirror/language";
import type {Extension} from "@codemirror/state";
import {EditorView} from "@codemirror/view";
import {tags as t} from "@lezer/highlight";

const look = EditorView.theme({
  "&": {
    color: "var(--pe-text)",
    backgroundColor: "var(--pe-code-background)",
    fontSize: "var(--pe-code-size)",
    height: "100%",
  },
  // The frame around the editor shows the focus (editor.css).
  "&.cm-focused": {outline: "none"},
  ".cm-scroller": {fontFamily: "var(--pe-code-font)", lineHeight: "1.5", overflow: "auto"},
  ".cm-content": {padding: "8px 0", caretColor: "var(--pe-caret)"},
  ".cm-line": {padding: "0 12px 0 8px"},
  ".cm-cursor, .cm-dropCursor": {borderLeftColor: "var(--pe-caret)", borderLeftWidth: "2px"},
  ".cm-placeholder": {color: "var(--pe-text-soft)"},
  ".cm-gutters": {
    color: "var(--pe-text-soft)",
    backgroundColor: "var(--pe-code-background)",
    border: "none",
    paddingLeft: "4px",
  },
  ".cm-lineNumbers .cm-gutterElement": {minWidth: "2.5ch", padding: "0 8px 0 4px"},
  // Only where the caret is: of two views, one is written in.
  ".cm-activeLine, .cm-activeLineGutter": {backgroundColor: "transparent"},
  "&.cm-focused .cm-activeLine": {backgroundColor: "var(--pe-active-line)"},
  "&.cm-focused .cm-activeLineGutter": {
    color: "var(--pe-text)",
    backgroundColor: "var(--pe-active-line)",
  },
  "& > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    background: "var(--pe-selection)",
  },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    background: "var(--pe-selection-focused)",
  },
  "&.cm-focused .cm-matchingBracket, .cm-matchingBracket": {
    backgroundColor: "transparent",
    outline: "1px solid var(--pe-ok)",
  },
  "&.cm-focused .cm-nonmatchingBracket, .cm-nonmatchingBracket": {
    backgroundColor: "transparent",
    outline: "1px solid var(--pe-error)",
  },
  ".cm-selectionMatch": {backgroundColor: "var(--pe-match)"},
  ".cm-searchMatch": {backgroundColor: "var(--pe-match)", outline: "1px solid var(--pe-warn)"},
  ".cm-searchMatch-selected": {outlineWidth: "2px"},
  // In a box, or "U+202E" would look like text that somebody typed.
  ".cm-specialChar": {
    margin: "0 1px",
    padding: "0 2px",
    outline: "1px solid var(--pe-error)",
    outlineOffset: "-1px",
    borderRadius: "3px",
    color: "var(--pe-error)",
    fontSize: "85%",
  },
  ".pairedit-ghost": {color: "var(--pe-text-soft)", fontStyle: "italic", whiteSpace: "pre-wrap"},
  ".cm-panels": {color: "var(--pe-text)", backgroundColor: "var(--pe-bar)"},
  ".cm-panels.cm-panels-top": {borderBottom: "1px solid var(--pe-border)"},
  ".cm-panel.cm-search": {padding: "6px 32px 6px 8px", fontFamily: "var(--pe-ui-font)"},
  ".cm-panel.cm-search label": {fontSize: "12px"},
  ".cm-panel.cm-search [name=close]": {
    color: "inherit",
    width: "24px",
    height: "24px",
    fontSize: "18px",
  },
  ".cm-textfield": {
    color: "var(--pe-text)",
    backgroundColor: "var(--pe-code-background)",
    border: "1px solid var(--pe-border-strong)",
    borderRadius: "4px",
    padding: "3px 6px",
    fontSize: "12px",
  },
  ".cm-button": {
    color: "var(--pe-text)",
    background: "none",
    border: "1px solid var(--pe-border-strong)",
    borderRadius: "4px",
    padding: "2px 8px",
    fontSize: "12px",
    "&:active": {background: "var(--pe-hover)"},
  },
});

const colours = HighlightStyle.define([
  {tag: t.keyword, color: "var(--pe-keyword)", fontWeight: "bold"},
  {tag: [t.comment, t.quote], color: "var(--pe-comment)", fontStyle: "italic"},
  {tag: [t.string, t.monospace], color: "var(--pe-string)"},
  {tag: [t.regexp, t.escape, t.special(t.string)], color: "var(--pe-string-2)"},
  {tag: t.number, color: "var(--pe-number)"},
  {tag: [t.bool, t.null, t.atom], color: "var(--pe-atom)"},
  {tag: t.function(t.definition(t.variableName)), color: "var(--pe-def)"},
  {tag: t.definition(t.className), color: "var(--pe-def)"},
  {tag: t.standard(t.variableName), color: "var(--pe-builtin)"},
  {tag: [t.className, t.typeName], color: "var(--pe-type)"},
  {tag: [t.propertyName, t.attributeName], color: "var(--pe-property)"},
  {tag: [t.operator, t.operatorKeyword], color: "var(--pe-operator)"},
  {tag: [t.meta, t.contentSeparator, t.list], color: "var(--pe-meta)"},
  {tag: t.heading, color: "var(--pe-def)", fontWeight: "bold"},
  {tag: [t.link, t.url], color: "var(--pe-link)", textDecoration: "underline"},
  {tag: t.emphasis, fontStyle: "italic"},
  {tag: t.strong, fontWeight: "bold"},
  {tag: t.strikethrough, textDecoration: "line-through"},
  {tag: t.invalid, color: "var(--pe-error)"},
]);

/** Colours, sizes and fonts of the code and of the search panel. */
export function theme(): Extension {
  return [look, syntaxHighlighting(colours)];
}
