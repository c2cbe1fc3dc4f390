/** Where the Jupyter server is, as told by the page that a widget finds itself in. */

/** The server's base URL as a path with slashes at both ends; null when no server is behind. */
export function jupyterBaseUrl(page: Document, here: Pick<Location, "origin">): string | null {
  const told = configured(page, "baseUrl") ?? page.body.dataset.baseUrl;
  if (told === undefined || !URL.canParse(told, here.origin)) return null;
  const {origin, pathname} = new URL(told, here.origin);
  // The login and the code go only where the page itself came from.
  if (origin !== here.origin || !/^https?:/.test(origin)) return null;
  return pathname.endsWith("/") ? pathname : `${pathname}/`;
}

/** JupyterLab and Notebook 7 write their settings into the page; Notebook 6 into its body. */
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
 * The path below which everybody finds a room's page. It is the base URL, but for a JupyterHub whose
 * servers share their rooms: there it leads each person to a server of their own.
 */
export function roomsBase(page: Document, baseUrl: string): string {
  return configured(page, "paireditRoomsBase") ?? page.body.dataset.roomsBase ?? baseUrl;
}

/** The address of a room's page, as another person can open it. */
export function roomPageUrl(
  baseUrl: string,
  roomId: string,
  origin: string,
  page: Document = document,
): string {
  const base = roomsBase(page, baseUrl);
  return `${origin}${base}pairedit/room/${encodeURIComponent(roomId)}`;
}
