/** Reads what a person pasted to join a room: an id, or a link to a room page. */

import {readGuestLink} from "./guestlink";

const GUEST = "This is a link for guests: open it in the address bar.";

/** Letters and digits, 16 to 32 of them; the server makes ids of 22. */
const ID = /^[A-Za-z0-9]{16,32}$/;
const PATH = /\/pairedit\/room\/([A-Za-z0-9]{16,32})\/?$/;

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
  const id = path?.match(PATH)?.[1];
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
