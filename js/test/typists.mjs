// Runs the clients of typists.ts, for tests/campaign/typists.py: a JSON command a line on standard
// input, a JSON answer a line on standard output. Node 20 has its WebSocket behind a flag:
// `node --experimental-websocket js/test/typists.mjs`.
import {mkdirSync, rmSync} from "node:fs";
import {createInterface} from "node:readline";
import {fileURLToPath} from "node:url";
import {build} from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
// Inside node_modules, so that it finds the packages. Of this process: several may build at a time.
const out = fileURLToPath(
  new URL(`../node_modules/.cache/typists/${process.pid}.mjs`, import.meta.url),
);
mkdirSync(new URL(".", `file://${out}`), {recursive: true});
await build({
  entryPoints: [`${here}typists.ts`],
  outfile: out,
  bundle: true,
  packages: "external",
  platform: "node",
  format: "esm",
  target: "es2022",
});
const {Typists} = await import(out);
rmSync(out);

const typists = new Typists();
for await (const line of createInterface({input: process.stdin})) {
  const [command, argument] = JSON.parse(line);
  process.stdout.write(`${JSON.stringify((await typists[command](argument)) ?? null)}\n`);
}
process.exit();
