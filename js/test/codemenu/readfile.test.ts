/** Which files can become the code. */
import assert from "node:assert/strict";
import {test} from "node:test";
import {LARGEST_FILE, UnsuitableFile, readFile} from "../../src/codemenu/readfile";
import type {ReadableFile} from "../../src/codemenu/readfile";
import {plain} from "../../src/ui/names";

function file(bytes: Uint8Array | string, size?: number): ReadableFile {
  const content = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
  const arrayBuffer = (): Promise<ArrayBuffer> => Promise.resolve(content.slice().buffer);
  return {name: "a.py", size: size ?? content.length, arrayBuffer};
}

async function problem(bytes: Uint8Array | string, size?: number): Promise<string> {
  try {
    await readFile(file(bytes, size));
  } catch (error) {
    assert.ok(error instanceof UnsuitableFile);
    return plain(error.message);
  }
  return "";
}

test("the text of a file is read, with the room's line ends and without a mark at its start", async () => {
  assert.equal(await readFile(file("x = 1\r\ny = 2\rz")), "x = 1\ny = 2\nz");
  assert.equal(await readFile(file("\ufeffä😀")), "ä😀");
  assert.equal(await readFile(file("")), "");
});

test("a file as large as the largest code is read, and one byte more is too large", async () => {
  assert.equal((await readFile(file("x".repeat(LARGEST_FILE)))).length, LARGEST_FILE);
  assert.equal(
    await problem("", LARGEST_FILE + 1),
    "“a.py” is too large: expected at most 1 MiB (1,048,576 bytes), found 1,048,577 bytes.",
  );
});

test("what is not text names what was expected and found", async () => {
  const expected = "“a.py” is not text: expected UTF-8 without U+0000, found ";
  assert.equal(await problem(Uint8Array.of(0xff, 0xfe, 0x61, 0)), `${expected}UTF-16.`);
  assert.equal(await problem("ab\0c"), `${expected}U+0000 at position 2.`);
  assert.equal(
    await problem(Uint8Array.of(0x61, 0xe4, 0x62)),
    `${expected}an invalid byte at position 1.`,
  );
  assert.equal(await problem(Uint8Array.of(0xc3)), `${expected}an invalid byte at position 0.`);
});

test("a file that cannot be read says so", async () => {
  const gone = {...file(""), arrayBuffer: () => Promise.reject(new Error("NotFoundError"))};
  await assert.rejects(readFile(gone), /could not be read/);
});

test("the name of a file that cannot be read does not turn the sentence round", async () => {
  for (const name of ["\u202egnp.py", "\u2069\u05d0.py", "\u05d0\u05d1.py"]) {
    const gone = {...file("", LARGEST_FILE + 1), name};
    const shown = name.replace(/[\u202e\u2069]/, "");
    await assert.rejects(readFile(gone), {
      message: new RegExp(`^“\u2068${shown}\u2069” is too large`),
    });
  }
});
