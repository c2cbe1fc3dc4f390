/** Loads the files beside editor.js that are needed later or not at all. */
import {VERSION} from "../wire/protocol.gen";
import {h} from "./dom";
import {onceForAll} from "./timing";

/** A module of this package. Each has the version that it was built from. */
export interface Versioned {
  readonly VERSION: string;
}

/** A file cannot be loaded or used. The message is for people. */
export class LoadError extends Error {
  constructor(
    message: string,
    /** Whether another attempt may succeed in this page. */
    readonly retry: boolean,
  ) {
    super(message);
  }
}

const provided = new Map<string, string>();
let attempts = 0;

/** Sets the URLs of files by name, for an editor that was not loaded from a server. */
export function provideFiles(urls: Readonly<Record<string, string>>): void {
  for (const [file, url] of Object.entries(urls)) provided.set(file, url);
}

/** Returns the module in a file beside editor.js. Rejects with `LoadError`. */
export async function loadFile<Module extends Versioned>(file: string): Promise<Module> {
  const url = provided.get(file);
  let module: Module;
  try {
    module = url ? ((await import(url)) as Module) : await importAgain(beside(file));
  } catch {
    throw notLoaded(file);
  }
  checkVersion(module, file);
  return module;
}

/** Imports a module. A call after a failure tries again, which browsers do only for another URL. */
export async function importAgain<Module>(url: string): Promise<Module> {
  const query = attempts++ ? `?try=${attempts}` : "";
  const module = (await import(`${url}${query}`)) as Module;
  attempts = 0;
  return module;
}

/**
 * Throws `LoadError` unless `module`, from `file`, was built from the version of this file. They
 * differ if the server was updated after this page was opened.
 */
export function checkVersion({VERSION: other}: Partial<Versioned>, file: string): void {
  if (other === VERSION) return;
  throw new LoadError(
    `${file} belongs to jupyter_pairedit ${other ?? "of an unknown version"}, and this page to ` +
      `${VERSION}: the server was updated. Reload the page.`,
    false,
  );
}

/** Loads the style sheet of the editor into the page unless it is there. Rejects with `LoadError`. */
export const loadStyles = onceForAll(async () => {
  // Where the kernel gave this file, it gave the styles as well.
  if (import.meta.url.startsWith("blob:")) return;
  if (isStyled()) return;
  const link = h("link", {rel: "stylesheet", href: beside("editor.css")});
  await new Promise<void>((resolve, reject) => {
    link.onload = () => resolve();
    link.onerror = () => {
      link.remove();
      reject(notLoaded("editor.css"));
    };
    document.head.append(link);
  });
});

/** Whether the style sheet applies. A link in the page does not say whether its file was loaded. */
function isStyled(): boolean {
  const probe = h("div", {class: "pairedit"});
  document.body.append(probe);
  const {display} = getComputedStyle(probe);
  probe.remove();
  return display === "flex";
}

function beside(file: string): string {
  return new URL(file, import.meta.url).href;
}

function notLoaded(file: string): LoadError {
  return new LoadError(
    `${file} could not be loaded from the Jupyter server: the connection is lost, or the browser ` +
      "or a proxy blocks the file. Try again, or reload the page.",
    true,
  );
}
