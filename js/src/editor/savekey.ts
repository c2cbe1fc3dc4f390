/** Ctrl-S (Cmd-S), on which the browser would save a copy of the page: the code is saved as one types. */

/**
 * Calls `saved` on the key, in a page anywhere and in a widget inside of `root`. Returns the function
 * that ends it. It runs after the handlers of the page around the editor, which may save its own file.
 */
export function saveKey(root: HTMLElement, host: "page" | "widget", saved: () => void): () => void {
  const onSave = (event: KeyboardEvent): void => {
    const ours = host === "page" || root.contains(event.target as Node);
    if (!ours || event.defaultPrevented || !isSave(event)) return;
    event.preventDefault();
    saved();
  };
  window.addEventListener("keydown", onSave);
  return () => window.removeEventListener("keydown", onSave);
}

/** Whether the browser would save a copy of the page on this key. */
function isSave({keyCode, ctrlKey, metaKey, altKey, shiftKey}: KeyboardEvent): boolean {
  return keyCode === 83 && (ctrlKey || metaKey) && !altKey && !shiftKey;
}
