// Prints recorded schedules for the Python client, one JSON object a line: one for each seed, a number
// a line, that it is given: `seq 100 | node js/test/schedules.mjs`. See recording.ts.
import {mkdirSync, readFileSync} from "node:fs";
import {fileURLToPath} from "node:url";
import {build} from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
// Inside node_modules, so that it finds the packages.
const out = fileURLToPath(new URL("../node_modules/.cache/schedules/", import.meta.url));
mkdirSync(out, {recursive: true});
await build({
  entryPoints: [`${here}recording.ts`],
  outfile: `${out}recording.mjs`,
  bundle: true,
  packages: "external",
  platform: "node",
  format: "esm",
  target: "es2022",
});
const {play} = await import(`${out}recording.mjs`);

for (const seed of readFileSync(0, "utf8").trim().split("\n").map(Number))
  process.stdout.write(`${JSON.stringify(play(seed))}\n`);
