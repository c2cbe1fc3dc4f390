// Runs test/*.test.ts with Node's own runner: `npm test`, or `npm test sync replica` for some.
import {spawnSync} from "node:child_process";
import {readdirSync, rmSync} from "node:fs";
import {fileURLToPath} from "node:url";
import {build} from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
// Inside node_modules, so that the compiled tests find the packages and git sees nothing.
const out = fileURLToPath(new URL("../node_modules/.cache/tests/", import.meta.url));
const wanted = process.argv.slice(2);
const names = readdirSync(here)
  .filter(name => name.endsWith(".test.ts"))
  .map(name => name.slice(0, -".ts".length))
  .filter(name => !wanted.length || wanted.some(word => name.startsWith(`${word}.`)));
if (!names.length) {
  console.error(`No test file for ${wanted.join(", ") || "anything"}.`);
  process.exit(1);
}

rmSync(out, {recursive: true, force: true});
await build({
  entryPoints: names.map(name => `${here}${name}.ts`),
  outdir: out,
  outExtension: {".js": ".mjs"},
  bundle: true,
  packages: "external",
  platform: "node",
  format: "esm",
  target: "es2022",
  sourcemap: "inline",
  logLevel: "warning",
});
const files = names.map(name => `${out}${name}.mjs`);
const {status} = spawnSync(
  process.execPath,
  ["--enable-source-maps", "--test", "--test-reporter=spec", ...files],
  {stdio: "inherit"},
);
process.exit(status ?? 1);
