/** Reads a file that is to become the code. */
import {isolated} from "../ui/names";

/** In bytes of UTF-8: the default limit of a room. */
export const LARGEST_FILE = 1024 * 1024;

/** A file that cannot become the code. The message is for people. */
export class UnsuitableFile extends Error {
  override name = "UnsuitableFile";
}

/** The part of a File that is used. */
export type ReadableFile = Pick<File, "name" | "size" | "arrayBuffer">;

/** Returns the text of a file, its lines ended by "\n". Rejects with `UnsuitableFile`. */
export async function readFile(file: ReadableFile): Promise<string> {
  const name = `“${isolated(file.name)}”`;
  if (file.size > LARGEST_FILE) {
    throw new UnsuitableFile(
      `${name} is too large: expected at most 1 MiB (${amount(LARGEST_FILE)}), found ${amount(file.size)}.`,
    );
  }
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new UnsuitableFile(`${name} could not be read. Was it moved or changed?`);
  }
  return textOf(bytes, name);
}

function textOf(bytes: Uint8Array, name: string): string {
  const wrong = (found: string): UnsuitableFile =>
    new UnsuitableFile(`${name} is not text: expected UTF-8 without U+0000, found ${found}.`);
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw wrong("UTF-16");
  }
  const nul = bytes.indexOf(0);
  if (nul >= 0) throw wrong(`U+0000 at position ${nul}`);
  try {
    return new TextDecoder("utf-8", {fatal: true}).decode(bytes).replace(/\r\n?/g, "\n");
  } catch {
    throw wrong(`an invalid byte at position ${wrongByte(bytes)}`);
  }
}

/** How many bytes at the start of `bytes` are UTF-8. */
function wrongByte(bytes: Uint8Array): number {
  let [right, end] = [0, bytes.length];
  while (right < end) {
    const middle = Math.ceil((right + end) / 2);
    if (isPrefix(bytes.subarray(0, middle))) right = middle;
    else end = middle - 1;
  }
  // A character may have begun there that has no end.
  while (right > 0 && !isWhole(bytes.subarray(0, right))) right--;
  return right;
}

function decodes(bytes: Uint8Array, stream: boolean): boolean {
  try {
    new TextDecoder("utf-8", {fatal: true}).decode(bytes, {stream});
    return true;
  } catch {
    return false;
  }
}

const isPrefix = (bytes: Uint8Array): boolean => decodes(bytes, true);
const isWhole = (bytes: Uint8Array): boolean => decodes(bytes, false);

function amount(bytes: number): string {
  return `${bytes.toLocaleString("en")} bytes`;
}
