/** The links that people open or paste: guest links and links to a room page. */

/** The parts of a guest link. The key is in the fragment, which browsers do not send. */
export interface GuestLink {
  /** Jupyter's base URL, a whole address with a slash at its end. */
  readonly baseUrl: string;
  readonly room: string;
  readonly invite: string;
  readonly secret: string;
}

const FRAGMENT = /^#([A-Za-z0-9]{16,32})\.([\w-]{1,64})\.([\w-]{1,128})$/;
const GUEST_PATH = /^(.*\/)pairedit\/guest\/?$/;

/** Returns null if `address` is not a complete guest link. */
export function readGuestLink(address: string): GuestLink | null {
  if (!URL.canParse(address)) return null;
  const {origin, pathname, hash} = new URL(address);
  const base = GUEST_PATH.exec(pathname)?.[1];
  const parts = FRAGMENT.exec(hash);
  if (base === undefined || !parts) return null;
  const [, room = "", invite = "", secret = ""] = parts;
  return {baseUrl: origin + base, room, invite, secret};
}

/** The link with dots instead of its key, so that nobody can read it from the screen. */
export function maskedLink(url: string): string {
  const end = url.lastIndexOf(".");
  return end < 0 ? url : `${url.slice(0, end + 1)}••••••••`;
}

const GUEST = "This is a guest link: open it in the address bar.";

/** 16 to 32 letters and digits. The server creates ids of 22. */
const ID = /^[A-Za-z0-9]{16,32}$/;
const ROOM_PATH = /\/pairedit\/room\/([A-Za-z0-9]{16,32})\/?$/;

export const EXPECTED =
  "Expected a room id (16 to 32 letters and digits) or a link …/pairedit/room/…";

/**
 * Returns the room's id, or a sentence to display.
 *
 * A link to another server is refused: "Join" must not lead to a server because of what was pasted.
 * One machine has many names (127.0.0.1, localhost, a proxy), so only paths are compared, with the
 * `bases` of this server.
 */
export function readRoomLink(pasted: string, ...bases: string[]): {id: string} | {problem: string} {
  const text = pasted.trim();
  if (!text) return {problem: `${EXPECTED}.`};
  if (ID.test(text)) return {id: text};
  if (readGuestLink(text)) return {problem: GUEST};
  const path = linkPath(text);
  const id = path?.match(ROOM_PATH)?.[1];
  if (!path || !id) return {problem: `${EXPECTED}; this is neither.`};
  if (!bases.some(base => path.startsWith(`${decoded(base)}pairedit/room/`))) {
    return {problem: "This link is for another Jupyter server: open it in the address bar."};
  }
  return {id};
}

/** The path of a link, with or without a scheme. */
function linkPath(text: string): string | null {
  const host = text.startsWith("/") ? "x" : "";
  const whole = text.includes("://") ? text : `http://${host}${text}`;
  if (!/^https?:/i.test(whole)) return null;
  return URL.canParse(whole) ? decoded(new URL(whole).pathname) : null;
}

/** Decodes a path: `/user/ann%40b/` and `/user/ann@b/` are the same base URL. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
