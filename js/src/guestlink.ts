/** A guest link: which room it opens, at which server, and the key, which is in its fragment. */

export interface GuestLink {
  /** Jupyter's base URL there, a whole address with a slash at its end. */
  readonly baseUrl: string;
  readonly room: string;
  readonly invite: string;
  readonly secret: string;
}

const FRAGMENT = /^#([A-Za-z0-9]{16,32})\.([\w-]{1,64})\.([\w-]{1,128})$/;
const PATH = /^(.*\/)pairedit\/guest\/?$/;

/** Null when it is not one, or not a whole one. */
export function readGuestLink(address: string): GuestLink | null {
  if (!URL.canParse(address)) return null;
  const {origin, pathname, hash} = new URL(address);
  const base = PATH.exec(pathname)?.[1];
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
