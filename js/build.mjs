// Builds ../jupyter_pairedit/static: `node build.mjs`, or `node build.mjs --watch`.
//
// editor.js carries CodeMirror and is served once; the hosts import it at run time, and the widget
// loads it by URL, so that no notebook has the editor in its saved state. history.js and share.js are
// what few need at once; editor.js loads each when its panel is opened.
import {existsSync, readFileSync, readdirSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import {build, context} from "esbuild";

const root = fileURLToPath(new URL(".", import.meta.url));
const out = join(root, "..", "jupyter_pairedit", "static");
const watch = process.argv.includes("--watch");

/** Hosts must not carry the editor: bundle.ts becomes "./editor.js", and CodeMirror is an error. */
function keepEditorOut(external) {
  return {
    name: "keep-editor-out",
    setup(pass) {
      pass.onResolve({filter: /^(\.\.\/)+bundle$/}, () =>
        external ? {path: "./editor.js", external: true}
        : {errors: [{text: "The widget loads editor.js by URL; import only its types."}]});
      pass.onResolve({filter: /^@(codemirror|lezer)\//}, ({path}) => ({
        errors: [{text: `${path} belongs into editor.js: re-export from bundle.ts what you need.`}],
      }));
    },
  };
}

/** The licences of the packages inside a bundle ask for their notice to go along. */
const notices = {
  name: "notices",
  setup(pass) {
    pass.onEnd(({metafile}) => {
      const inputs = Object.keys(metafile?.inputs ?? {});
      const found = inputs.map(path => path.match(/node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0]);
      const packages = [...new Set(found.filter(Boolean))].sort();
      if (packages.length) writeFileSync(join(out, "NOTICES.txt"), packages.map(notice).join("\n"));
    });
  },
};

function notice(folder) {
  const dir = join(root, folder);
  const {name, version} = JSON.parse(readFileSync(join(dir, "package.json"), "utf8"));
  const file = readdirSync(dir).find(entry => /^licen[cs]e/i.test(entry));
  return `${name} ${version}\n\n${file ? readFileSync(join(dir, file), "utf8") : ""}`;
}

const common = {
  absWorkingDir: root,
  outdir: out,
  bundle: true,
  minify: !watch,
  sourcemap: watch ? "inline" : false,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  logLevel: "warning",
};
const passes = [
  {entryPoints: {editor: "src/bundle.ts"}, metafile: true, plugins: [notices]},
  {
    entryPoints: {history: "src/history/panel.ts", share: "src/share/panel.ts"},
    plugins: [keepEditorOut(false)],
  },
  {
    entryPoints: {page: "src/hosts/page.ts", home: "src/hosts/home.ts", guest: "src/hosts/guest.ts"},
    plugins: [keepEditorOut(true)],
  },
  {entryPoints: {widget: "src/hosts/widget/widget.ts"}, plugins: [keepEditorOut(false)]},
  {entryPoints: {editor: "src/style/editor.css", pages: "src/style/pages.css"}},
];

for (const pass of passes) {
  if (watch) await (await context({...common, ...pass, logLevel: "info"})).watch();
  else await build({...common, ...pass});
}
if (!watch && existsSync(out)) {
  for (const name of readdirSync(out).sort()) {
    console.log(`static/${name} ${readFileSync(join(out, name)).length} bytes`);
  }
}
