/** The items that change how the code is displayed and edited. */
import type {MenuChoice, MenuItem} from "../menu/items";
import type {KeymapName} from "../ui/preferences";
import type {CodeMenuContext, CodeSettings} from "./context";

const FONT_SIZES = [10, 11, 12, 13, 14, 16, 18, 20, 24];
const TAB_SIZES = [2, 3, 4, 8];
const KEYMAPS: readonly (readonly [KeymapName, string])[] = [
  ["default", "Default"],
  ["vim", "Vim"],
  ["emacs", "Emacs"],
];

export function settingItems({settings, inNotebook}: CodeMenuContext): MenuItem[] {
  const {wrap, afterDot} = settings.now();
  const toggle = (): void => settings.choose({wrap: !wrap});
  const toggleDot = (): void => settings.choose({afterDot: !afterDot});
  const reset = (): void => settings.reset();
  const differs = inNotebook && Object.keys(settings.own()).length > 0;
  return [
    {kind: "check", label: "Wrap lines", checked: wrap, toggle},
    {kind: "check", label: "Names after a dot", checked: afterDot, toggle: toggleDot},
    fontSizeItem(settings, inNotebook ? "as in JupyterLab" : "as usual"),
    tabSizeItem(settings),
    keymapItem(settings),
    ...(differs
      ? [{kind: "action", label: "Use the settings of JupyterLab", run: reset} as const]
      : []),
  ];
}

function fontSizeItem(settings: CodeSettings, usual: string): MenuChoice {
  const {fontSize} = settings.now();
  const pixels = withOwn(FONT_SIZES, fontSize).map(size => [String(size), `${size} px`] as const);
  return {
    kind: "choice",
    label: "Font size",
    value: String(fontSize),
    choices: [["null", usual], ...pixels],
    choose: value => settings.choose({fontSize: value === "null" ? null : Number(value)}),
  };
}

function tabSizeItem(settings: CodeSettings): MenuChoice {
  const {tabSize} = settings.now();
  return {
    kind: "choice",
    label: "Tab width",
    value: String(tabSize),
    choices: withOwn(TAB_SIZES, tabSize).map(size => [String(size), String(size)]),
    choose: value => settings.choose({tabSize: Number(value)}),
  };
}

function keymapItem(settings: CodeSettings): MenuChoice {
  return {
    kind: "choice",
    label: "Key map",
    value: settings.now().keymap,
    choices: KEYMAPS,
    choose: value => settings.choose({keymap: value as KeymapName}),
  };
}

/** The sizes offered, with the one that is set. */
function withOwn(sizes: readonly number[], own: number | null): number[] {
  return [...new Set(own === null ? sizes : [...sizes, own])].sort((a, b) => a - b);
}
