/** The keys that the menu lists. docs/keys.md has all of them. */

/** A key as in docs/keys.md for Windows and Linux, for macOS, and what it does. */
export type KeyRow = readonly [string, string, string];

export const KEY_ROWS: readonly KeyRow[] = [
  ["Tab", "Tab", "accepts the visible suggestion; else indents"],
  ["Shift-Tab", "Shift-Tab", "indents the lines less"],
  ["Esc", "Esc", "dismisses the suggestion; else lets the next Tab leave the editor"],
  ["Ctrl-M", "Ctrl-M", "switches whether Tab indents or always leaves the editor"],
  ["Ctrl-Shift-Enter", "Cmd-Shift-Enter", "asks for a suggestion at once"],
  ["Ctrl-Space", "Ctrl-Space", "lists the names that fit at the caret"],
  [
    "Ctrl-Shift-Space",
    "Cmd-Shift-Space",
    "explains the name at the caret, where a kernel knows it",
  ],
  ["Shift-Enter", "Shift-Enter", "runs the code, where it can be run; else begins a new line"],
  ["Ctrl-Enter", "Cmd-Enter", "runs the code, too; else inserts a blank line below"],
  ["Alt-Shift-Enter", "Option-Shift-Enter", "runs the selection, or the line of the caret"],
  ["Alt-End", "Option-End", "accepts the visible suggestion, also where Tab leaves the editor"],
  ["Ctrl-Right", "Cmd-Right", "accepts a word of the visible suggestion"],
  ["Ctrl-Down", "Cmd-Down", "accepts a line of the visible suggestion"],
  ["Ctrl-Z", "Cmd-Z", "takes back your own last change"],
  ["Ctrl-Y", "Cmd-Shift-Z", "makes a change again that was taken back"],
  ["Ctrl-F", "Cmd-F", "searches; in a notebook, JupyterLab searches"],
  ["F3", "F3", "finds the next match"],
  ["Ctrl-D", "Cmd-D", "selects the word, then the next place with the same text"],
  ["Ctrl-Shift-L", "Cmd-Shift-L", "selects all places that match the selection"],
  ["Ctrl-/", "Cmd-/", "makes the lines a comment, or code again"],
  ["Alt-Up", "Option-Up", "moves the lines up"],
  ["Alt-Down", "Option-Down", "moves the lines down"],
  ["Alt-Shift-Down", "Option-Shift-Down", "copies the lines downwards"],
  ["Ctrl-Shift-K", "Cmd-Shift-K", "deletes the lines"],
  ["Ctrl-Alt-Down", "Cmd-Option-Down", "adds a caret in the line below"],
  ["Ctrl-Shift-\\", "Cmd-Shift-\\", "moves to the matching bracket"],
];
