/** Loads the files beside editor.js that are needed later or not at all. */

const provided = new Map<string, string>();
let attempts = 0;

/** Sets the URLs of files by name, for an editor that was not loaded from a server. */
export function provideFiles(urls: Readonly<Record<string, string>>): void {
  for (const [file, url] of Object.entries(urls)) provided.set(file, url);
}

/** Returns the module in `file`. Rejects if the server does not send it; a later call tries again. */
export async function loadFile<Module>(file: string): Promise<Module> {
  // Browsers remember a failed import by its URL.
  const query = attempts++ ? `?try=${attempts}` : "";
  const url = provided.get(file) ?? new URL(`${file}${query}`, import.meta.url).href;
  const module = (await import(url)) as Module;
  attempts = 0;
  return module;
}
