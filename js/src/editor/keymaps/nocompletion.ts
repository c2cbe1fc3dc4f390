/** Takes the place of @codemirror/autocomplete in emacs.js: the editor lists no completions. */

export function completionStatus(): null {
  return null;
}

export function startCompletion(): boolean {
  return false;
}
