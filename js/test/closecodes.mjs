// Prints as JSON what follows each close code in the browser: {code: status, or milliseconds}, for a
// first and for a fifth internal error; and the milliseconds after a close with 4429, for each reason
// of the command line. For the Python client, which does the same.
import {mkdirSync} from "node:fs";
import {fileURLToPath} from "node:url";
import {build} from "esbuild";

const src = fileURLToPath(new URL("../src/", import.meta.url));
const out = fileURLToPath(new URL("../node_modules/.cache/closecodes/", import.meta.url));
mkdirSync(out, {recursive: true});
await build({
  entryPoints: [`${src}client/closecodes.ts`],
  outfile: `${out}closecodes.mjs`,
  bundle: true,
  format: "esm",
  target: "es2022",
});
const {afterClose, isForGood} = await import(`${out}closecodes.mjs`);

const codes = [0, ...Array.from({length: 16}, (_, i) => 1000 + i)];
codes.push(...Array.from({length: 110}, (_, i) => 4400 + i));
const found = codes.map(code => {
  const following = [1, 5].map(errors => {
    const next = afterClose(code, "Reason.", errors);
    return next.status ?? next.atLeast;
  });
  return [code, ...following, isForGood(code)];
});
const pauses = process.argv.slice(2).map(reason => afterClose(4429, reason, 0).atLeast);
console.log(JSON.stringify({found, pauses}));
