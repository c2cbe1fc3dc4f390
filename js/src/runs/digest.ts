/** The digest of code. `crypto.subtle` does not exist on pages that came by http. */
import {sha256} from "@noble/hashes/sha2.js";
import {bytesToHex, utf8ToBytes} from "@noble/hashes/utils.js";

/** The SHA-256 of code as UTF-8, in 64 lower-case hexadecimal digits. */
export function digestOf(code: string): string {
  return bytesToHex(sha256(utf8ToBytes(code)));
}
