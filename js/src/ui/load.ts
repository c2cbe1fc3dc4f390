/** Loads the files beside editor.js that are needed later or not at all. */

let attempts = 0;

/** Returns the module in `file`. Rejects if the server does not send it; a later call tries again. */
export async function loadFile<Module>(file: string): Promise<Module> {
  // Browsers remember a failed import by its URL.
  const query = attempts++ ? `?try=${attempts}` : "";
  const module = (await import(new URL(`${file}${query}`, import.meta.url).href)) as Module;
  attempts = 0;
  return module;
}
