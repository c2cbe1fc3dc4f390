/** The documents and addresses in which a page displays what came from somebody's program. */

/** Sound and films play if they are in the markup itself. */
const POLICY = "default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'";
/** As Jupyter displays tables. What a program sets itself comes later and goes before it. */
const STYLE =
  "body{margin:8px;font:13px/1.4 system-ui,sans-serif}" +
  "table{border:0;border-collapse:collapse;font-size:12px}" +
  "th,td{padding:3px 8px;border:0;text-align:right;vertical-align:middle}" +
  "thead{border-bottom:1px solid}" +
  "tbody tr:nth-child(odd){background:#8882}";
/** Heights in pixels: of a row of a table, of what is around them, and of frames. */
const [ROW, AROUND, LEAST, MOST] = [24, 28, 64, 224] as const;

/**
 * Returns the document of a frame without any permission. The policy comes first, so that nothing
 * in `markup` is loaded. `dark`: the colours of the page around it; `nonce`: that of its policy,
 * which holds in the frame too, so that styles apply. Without scripts nothing there can read it.
 */
export function framedDocument(markup: string, dark: boolean, nonce: string): string {
  const scheme = dark ? "dark" : "light";
  return (
    `<!doctype html><meta http-equiv="Content-Security-Policy" content="${POLICY}">` +
    // A frame that may open no windows cannot follow a link to one.
    `<meta charset="utf-8"><meta name="color-scheme" content="${scheme}"><base target="_blank">` +
    `<style nonce="${nonce}">${STYLE}</style><body>` +
    (nonce ? markup.replace(/<style\b/gi, `$& nonce="${nonce}"`) : markup)
  );
}

/** Whether a document has scripts, which do not run in a frame. */
export function hasScripts(markup: string): boolean {
  return /<script\b/i.test(markup);
}

/**
 * Returns the height of a frame in pixels. A frame without scripts cannot say how tall its content
 * is: rows of tables are counted, and all else gets the greatest height.
 */
export function frameHeight(markup: string): number {
  const rows = markup.match(/<tr\b/gi)?.length ?? 0;
  const height = rows ? AROUND + rows * ROW : MOST;
  return Math.min(MOST, Math.max(LEAST, height));
}

/**
 * Returns the styles of an image with a width or height in pixels, 0 for none. It keeps its
 * proportions where the panel is narrower.
 */
export function imageStyle(width: number, height: number): Record<string, string> {
  if (!width) return height ? {height: `${height}px`, objectFit: "contain"} : {};
  const proportions = height ? {aspectRatio: `${width} / ${height}`} : {};
  return {width: `${width}px`, ...proportions};
}

const RASTER = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/** Returns the address of an image, whose scripts and links are dead; null if it is none. */
export function imageAddress(mime: string, data: string): string | null {
  if (mime === "image/svg+xml")
    return `data:${mime};charset=utf-8,${encodeURIComponent(named(data))}`;
  const base64 = data.replace(/\s/g, "");
  if (!RASTER.includes(mime) || !/^[\w+/]+=*$/.test(base64)) return null;
  return `data:${mime};base64,${base64}`;
}

/** In a page, the namespace of SVG is clear; an image without it is not displayed. */
function named(svg: string): string {
  const start = /<svg(?=[\s>/])(?![^>]*\sxmlns\s*=)/.exec(svg);
  if (!start) return svg;
  const end = start.index + start[0].length;
  return `${svg.slice(0, end)} xmlns="http://www.w3.org/2000/svg"${svg.slice(end)}`;
}
