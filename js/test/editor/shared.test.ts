/** Whether editor.js shares all names that the key maps import from packages of CodeMirror. */
import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import {createRequire} from "node:module";
import {dirname, join} from "node:path";
import {test} from "node:test";
import {SHARED} from "../../src/editor/shared";

const require = createRequire(import.meta.url);

/** Names by package, as the module of a package imports them, and as it uses `* as` imports. */
function importedNames(name: string): [string, string][] {
  const file = join(dirname(require.resolve(name)), "index.js");
  const text = readFileSync(file, "utf8");
  const found: [string, string][] = [];
  for (const [, names = "", from = ""] of text.matchAll(
    /^import \{ (.*) \} from ['"](@codemirror\/\w+)/gm,
  )) {
    found.push(...names.split(", ").map((each): [string, string] => [from, each]));
  }
  for (const [, all = "", from = ""] of text.matchAll(
    /^import \* as (\w+) from ['"](@codemirror\/\w+)/gm,
  )) {
    const uses = text.matchAll(new RegExp(`(?<![.\\w])${all}\\.(\\w+)`, "g"));
    found.push(...[...uses].map(([, each = ""]): [string, string] => [from, each]));
  }
  return found.filter(
    ([from, each]) => !from.endsWith("autocomplete") && each !== "hasOwnProperty",
  );
}

for (const name of ["@replit/codemirror-vim", "@replit/codemirror-emacs"]) {
  test(`editor.js shares all that ${name} imports`, () => {
    const names = importedNames(name);
    assert.ok(names.length > 20);
    const missing = names.filter(([from, each]) => SHARED[from]?.[each] === undefined);
    assert.deepEqual(missing, []);
  });
}
