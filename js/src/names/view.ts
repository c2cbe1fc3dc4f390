/** What @codemirror/autocomplete gets of @codemirror/view in names.js: with our own tooltips. */
export {
  Decoration,
  Direction,
  EditorView,
  ViewPlugin,
  WidgetType,
  keymap,
  logException,
} from "@codemirror/view";
export {getTooltip, showTooltip} from "./tooltips";
