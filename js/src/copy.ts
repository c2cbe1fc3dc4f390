/** Puts a text into the clipboard; false when the browser lets no way do it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // No clipboard without https (JupyterLab on a plain address), or no permission.
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const back = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  area.readOnly = true;
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  area.select();
  let copied = false;
  try {
    copied = document.execCommand("copy");
  } catch {
    // Not allowed: the caller shows the text to be copied by hand.
  }
  area.remove();
  if (back instanceof HTMLElement) back.focus({preventScroll: true});
  return copied;
}
