/**
 * What a widget displays instead of the editor: a sentence, the last code and, where it helps, a
 * button. The style sheet may not be loaded here, so the styles are set on the elements.
 */
import {CODE_ATTRIBUTES, h} from "../../ui/dom";
import type {RunningCells} from "./cells";
import {watch} from "./model";
import type {Model} from "./model";

export interface LastCodeOptions {
  readonly sentence: string;
  /** The code to display instead of the widget's. */
  readonly code?: string | null;
  /** The buttons' words and what they do. */
  readonly actions?: readonly (readonly [label: string, run: () => void])[];
  /** Given if the text may be changed here, for the kernel alone. */
  readonly cells?: Pick<RunningCells, "whenNone">;
}

/** Displays it in `el`. Returns the function that removes it. */
export function lastCode(el: HTMLElement, model: Model, options: LastCodeOptions): () => void {
  const {sentence, actions = [], cells} = options;
  const words = h("p", {role: "status", text: sentence});
  Object.assign(words.style, {margin: "0", flex: "1 1 20em"});
  const top = h("div", {}, words);
  Object.assign(top.style, {
    display: "flex",
    flexWrap: "wrap",
    gap: "8px 16px",
    alignItems: "center",
    padding: "8px 12px",
  });
  top.append(...actions.map(([label, run]) => actionButton(label, run)));

  const area = h("textarea", {...CODE_ATTRIBUTES, "aria-label": "Code", wrap: "off"});
  area.readOnly = !cells;
  Object.assign(area.style, {
    boxSizing: "border-box",
    display: "block",
    flex: "1 1 auto",
    width: "100%",
    minHeight: "4em",
    padding: "8px 12px",
    border: "0",
    borderTop: "1px solid var(--jp-border-color2, #ccc)",
    color: "inherit",
    background: "var(--jp-cell-editor-background, rgba(128, 128, 128, 0.08))",
    font: "var(--jp-code-font-size, 13px)/1.5 var(--jp-code-font-family, monospace)",
    resize: "vertical",
  });
  const show = (): void => {
    const code = options.code ?? model.get("code");
    if (area.value !== code) area.value = code;
    area.rows = Math.min(24, Math.max(4, code.split("\n").length + 1));
  };
  const report = (): void => {
    model.set("code", area.value);
    model.save_changes();
  };
  area.addEventListener("input", () => cells?.whenNone(report));
  const unwatch = watch(model, "code", show);
  show();

  const box = h("div", {class: "pairedit-lastcode"}, top, area);
  Object.assign(box.style, {
    display: "flex",
    flex: "1 1 auto",
    flexDirection: "column",
    minHeight: "0",
    overflow: "hidden auto",
    border: "1px solid var(--jp-border-color2, #ccc)",
    borderRadius: "6px",
    color: "var(--jp-content-font-color1, inherit)",
    font: "13px/1.4 var(--jp-ui-font-family, system-ui, sans-serif)",
  });
  el.append(box);
  return () => {
    unwatch();
    box.remove();
  };
}

function actionButton(label: string, run: () => void): HTMLButtonElement {
  const button = h("button", {type: "button", text: label});
  Object.assign(button.style, {
    minHeight: "28px",
    padding: "0 12px",
    border: "1px solid currentColor",
    borderRadius: "5px",
    color: "inherit",
    background: "transparent",
    font: "inherit",
    cursor: "pointer",
  });
  button.addEventListener("click", run);
  return button;
}
