/** The links that a person opens or pastes: guest links, and links to a room page. */

/** Which room it opens, at which server, and the key, which is in its fragment. */
export interface GuestLink {
  /** Jupyter's base URL there, a whole address with a slash at its end. */
  readonly baseUrl: string;
  readonly room: string;
  readonly invite: string;
  readonly secret: string;
}

const FRAGMENT = /^#([A-Za-z0-9]{16,32})\.([\w-]{1,64})\.([\w-]{1,128})$/;
const GUEST_PATH = /^(.*\/)pairedit\/guest\/?$/;

/** Null when it is not one, or not a whole one. */
export function readGuestLink(address: string): GuestLink | null {
  if (!URL.canParse(address)) return null;
  const {origin, pathname, hash} = new URL(address);
  const base = GUEST_PATH.exec(pathname)?.[1];
  const parts = FRAGMENT.exec(hash);
  if (base === undefined || !parts) return null;
  const [, room = "", invite = "", secret = ""] = parts;
  return {baseUrl: origin + base, room, invite, secret};
}

/** The link with dots in the place of its key: for eyes that look over a shoulder. */
export function maskedLink(url: string): string {
  const end = url.lastIndexOf(".");
  return end < 0 ? url : `${url.slice(0, end + 1)}••••••••`;
}

const GUEST = "This is a link for guests: open it in the address bar.";

/** Letters and digits, 16 to 32 of them; the server makes ids of 22. */
const ID = /^[A-Za-z0-9]{16,32}$/;
const ROOM_PATH = /\/pairedit\/room\/([A-Za-z0-9]{16,32})\/?$/;

export const EXPECTED =
  "Expected a room id (16 to 32 letters and digits) or a link …/pairedit/room/…";

/**
 * The room's id, or a sentence that names what is expected.
 *
 * A link to another server is refused: this server has no room of it, and going there because
 * somebody pasted it is not what "join" promises. Links differ in how they name this very machine
 * (127.0.0.1, localhost, a proxy), so only the paths of `bases` are compared.
 */
export function readRoomLink(
  pasted: string,
  ...bases: string[]
): {id: string} | {problem: string} {
  const text = pasted.trim();
  if (!text) return {problem: `${EXPECTED}.`};
  if (ID.test(text)) return {id: text};
  if (readGuestLink(text)) return {problem: GUEST};
  const path = linkPath(text);
  const id = path?.match(ROOM_PATH)?.[1];
  if (!path || !id) return {problem: `${EXPECTED}; this is neither.`};
  if (!bases.some(base => path.startsWith(`${plain(base)}pairedit/room/`))) {
    return {problem: "This link leads to another Jupyter server: open it in the address bar."};
  }
  return {id};
}

/** The path of a link, also of one that was copied without its scheme. */
function linkPath(text: string): string | null {
  const host = text.startsWith("/") ? "x" : "";
  const whole = text.includes("://") ? text : `http://${host}${text}`;
  if (!/^https?:/i.test(whole)) return null;
  return URL.canParse(whole) ? plain(new URL(whole).pathname) : null;
}

/** `/user/ann%40b/` and `/user/ann@b/` are one base URL. */
function plain(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
