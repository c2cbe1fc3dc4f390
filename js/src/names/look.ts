/** How the menu of names and the tooltip look. The colours are those of style/editor/theme.css. */
import {EditorView} from "@codemirror/view";

const MENU = ".cm-tooltip.cm-tooltip-autocomplete";

export const look = EditorView.theme({
  ".cm-tooltip": {
    position: "fixed",
    inset: "auto",
    zIndex: "1000",
    margin: "0",
    padding: "0",
    border: "1px solid var(--pe-border-strong)",
    borderRadius: "4px",
    color: "var(--pe-text)",
    background: "var(--pe-bar)",
    boxShadow: "0 4px 14px rgba(0, 0, 0, 0.25)",
    overflow: "hidden",
  },
  [`${MENU} > ul`]: {
    minWidth: "min(220px, 90vw)",
    maxWidth: "min(620px, calc(100vw - 16px))",
    maxHeight: "14em",
    fontFamily: "var(--pe-code-font)",
    fontSize: "var(--pe-code-size)",
  },
  [`${MENU} > ul > li`]: {
    display: "flex",
    alignItems: "baseline",
    gap: "6px",
    padding: "2px 8px 2px 4px",
    lineHeight: "1.4",
  },
  [`${MENU} > ul > li[aria-selected]`]: {
    color: "var(--pe-text)",
    background: "var(--pe-hover)",
    outline: "2px solid var(--pe-brand)",
    outlineOffset: "-2px",
  },
  ".cm-completionIcon": {flex: "0 0 auto", opacity: "0.75"},
  // Many systems have no glyph for CodeMirror's key.
  ".cm-completionIcon-keyword": {"&:after": {content: "'k'"}},
  ".cm-completionLabel": {
    flex: "0 1 auto",
    minWidth: "40%",
    overflow: "hidden",
    textOverflow: "ellipsis",
  },
  ".cm-completionDetail": {
    flex: "1 1 auto",
    minWidth: "0",
    overflow: "hidden",
    marginLeft: "0",
    color: "var(--pe-text-soft)",
    fontStyle: "normal",
    textOverflow: "ellipsis",
    textAlign: "right",
  },
  ".pairedit-documentation": {
    maxWidth: "min(80ch, calc(100vw - 16px))",
    maxHeight: "min(24em, 45vh)",
    overflow: "auto",
    userSelect: "text",
  },
  ".pairedit-documentation pre": {
    margin: "0",
    padding: "6px 10px",
    color: "inherit",
    background: "none",
    font: "var(--pe-code-size) / 1.4 var(--pe-code-font)",
    whiteSpace: "pre-wrap",
    overflowWrap: "anywhere",
  },
});
