// Runs test/**/*.test.ts with Node's own runner: `npm test`, or `npm test client keymap` for some:
// folders, or files without their ending.
import {spawnSync} from "node:child_process";
import {readdirSync, rmSync} from "node:fs";
import {fileURLToPath} from "node:url";
import {build} from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
// Inside node_modules, so that the compiled tests find the packages and git sees nothing.
const out = fileURLToPath(new URL("../node_modules/.cache/tests/", import.meta.url));
const wanted = process.argv.slice(2);
const names = readdirSync(here, {recursive: true})
  .filter(name => name.endsWith(".test.ts"))
  .map(name => name.replaceAll("\\", "/").slice(0, -".test.ts".length))
  .filter(name => !wanted.length || wanted.some(word => name.split("/").includes(word)));
if (!names.length) {
  console.error(`No test file for ${wanted.join(", ") || "anything"}.`);
  process.exit(1);
}

rmSync(out, {recursive: true, force: true});
await build({
  entryPoints: names.map(name => `${here}${name}.test.ts`),
  outbase: here,
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
const files = names.map(name => `${out}${name}.test.mjs`);
const {status} = spawnSync(
  process.execPath,
  ["--enable-source-maps", "--test", "--test-reporter=spec", ...files],
  {stdio: "inherit"},
);
process.exit(status ?? 1);
