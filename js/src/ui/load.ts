/** Loads the files beside editor.js that are needed later or not at all. */

const provided = new Map<string, string>();
let attempts = 0;

/** Sets the URLs of files by name, for an editor that was not loaded from a server. */
export function provideFiles(urls: Readonly<Record<string, string>>): void {
  for (const [file, url] of Object.entries(urls)) provided.set(file, url);
}

/** Returns the module in a file beside editor.js. Rejects if the server does not send it. */
export function loadFile<Module>(file: string): Promise<Module> {
  const url = provided.get(file);
  return url ? (import(url) as Promise<Module>) : importAgain(new URL(file, import.meta.url).href);
}

/** Imports a module. A call after a failure tries again, which browsers do only for another URL. */
export async function importAgain<Module>(url: string): Promise<Module> {
  const query = attempts++ ? `?try=${attempts}` : "";
  const module = (await import(`${url}${query}`)) as Module;
  attempts = 0;
  return module;
}
