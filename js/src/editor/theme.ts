/**
 * The colours of the syntax, as CSS variables that editor.css derives from JupyterLab's: a change of
 * the theme needs no code. The rest of CodeMirror's style is in style/editor/codemirror.css.
 */
import {HighlightStyle, syntaxHighlighting} from "@codemirror/language";
import {tags as t} from "@lezer/highlight";

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

export const theme = syntaxHighlighting(colours);
