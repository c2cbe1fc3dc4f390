/** Where the Jupyter server is, as told by the page that a widget finds itself in. */

/** The server's base URL as a path with slashes at both ends; null when no server is behind. */
export function jupyterBaseUrl(page: Document, here: Pick<Location, "origin">): string | null {
  const told = configured(page) ?? page.body.dataset.baseUrl;
  if (told === undefined || !URL.canParse(told, here.origin)) return null;
  const {origin, pathname} = new URL(told, here.origin);
  // The login and the code go only where the page itself came from.
  if (origin !== here.origin || !/^https?:/.test(origin)) return null;
  return pathname.endsWith("/") ? pathname : `${pathname}/`;
}

/** JupyterLab and Notebook 7 write their settings into the page; Notebook 6 into its body. */
function configured(page: Document): string | undefined {
  const text = page.getElementById("jupyter-config-data")?.textContent;
  if (!text) return undefined;
  try {
    const {baseUrl} = JSON.parse(text) as {baseUrl?: unknown};
    return typeof baseUrl === "string" ? baseUrl : undefined;
  } catch {
    return undefined;
  }
}

/** The address of a room's page, as another person can open it. */
export function roomPageUrl(baseUrl: string, roomId: string, origin: string): string {
  return `${origin}${baseUrl}pairedit/room/${encodeURIComponent(roomId)}`;
}
