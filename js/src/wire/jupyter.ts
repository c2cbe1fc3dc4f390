/** The Jupyter server of the page that a widget is in. */

/** The server's base URL as a path with slashes at both ends; null if the page has no server. */
export function jupyterBaseUrl(page: Document, here: Pick<Location, "origin">): string | null {
  const url = configured(page, "baseUrl") ?? page.body.dataset.baseUrl;
  if (url === undefined || !URL.canParse(url, here.origin)) return null;
  const {origin, pathname} = new URL(url, here.origin);
  // The login and the code are sent only to the origin of the page.
  if (origin !== here.origin || !/^https?:/.test(origin)) return null;
  return pathname.endsWith("/") ? pathname : `${pathname}/`;
}

/**
 * Whether notebooks are edited in the page, with a login at its server. JupyterLab, Notebook 7 and
 * what is built like them name themselves in their settings; the classic Notebook names the notebook.
 * Voilà, and pages that were exported from a notebook, only display one, to anybody.
 */
export function editsNotebooks(page: Document): boolean {
  return !!configured(page, "appName") || page.body.dataset.notebookPath !== undefined;
}

/** A setting that JupyterLab or Notebook 7 wrote into the page. */
function configured(page: Document, name: string): string | undefined {
  const text = page.getElementById("jupyter-config-data")?.textContent;
  if (!text) return undefined;
  try {
    const value = (JSON.parse(text) as Record<string, unknown>)[name];
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The path of the room pages for other people. It is the base URL, except in a JupyterHub whose
 * servers share their rooms: there it leads each person to their own server.
 */
export function roomsBase(page: Document, baseUrl: string): string {
  return configured(page, "paireditRoomsBase") ?? page.body.dataset.roomsBase ?? baseUrl;
}

/** The address of a room's page for other people. */
export function roomPageUrl(
  baseUrl: string,
  roomId: string,
  origin: string,
  page: Document = document,
): string {
  const base = roomsBase(page, baseUrl);
  return `${origin}${base}pairedit/room/${encodeURIComponent(roomId)}`;
}
