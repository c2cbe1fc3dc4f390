// Builds ../jupyter_pairedit/static: `node build.mjs`, or `node build.mjs --watch`.
//
// editor.js has CodeMirror. The pages import it, and the widget loads it by URL, so that no notebook
// has the editor in its saved state. editor.js loads the other files when they are needed: code.js and
// room.js with their menus, history.js and share.js with their panels, runs.js, names.js with the menu of names,
// python.js or languages.js with the language of the room, vim.js or emacs.js with the key map.
import {existsSync, readFileSync, readdirSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import {build, context} from "esbuild";

const root = fileURLToPath(new URL(".", import.meta.url));
const out = join(root, "..", "jupyter_pairedit", "static");
const watch = process.argv.includes("--watch");

/** Fails if a file other than editor.js would contain CodeMirror. bundle.ts becomes "./editor.js". */
function keepEditorOut(external, allowed = "/") {
  return {
    name: "keep-editor-out",
    setup(pass) {
      pass.onResolve({filter: /^(\.\.\/)+bundle$/}, () =>
        external
          ? {path: "./editor.js", external: true}
          : {errors: [{text: "The widget loads editor.js by URL; import only its types."}]},
      );
      pass.onResolve({filter: /^@(codemirror|lezer)\//}, ({path}) =>
        path.startsWith(allowed)
          ? null
          : {
              errors: [
                {text: `${path} belongs into editor.js: re-export from bundle.ts what you need.`},
              ],
            },
      );
    },
  };
}

const packages = new Set();

/** Writes the licences of the packages in the bundles, as they require. */
const notices = {
  name: "notices",
  setup(pass) {
    pass.onEnd(({metafile}) => {
      for (const path of Object.keys(metafile?.inputs ?? {})) {
        const folder = path.match(/node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0];
        if (folder) packages.add(folder);
      }
      writeFileSync(join(out, "NOTICES.txt"), [...packages].sort().map(notice).join("\n"));
    });
  },
};

/** The packages of which there must be one copy: editor.js shares them, see src/editor/shared.ts. */
const shared = [
  "@codemirror/commands",
  "@codemirror/language",
  "@codemirror/search",
  "@codemirror/state",
  "@codemirror/view",
  "@lezer/common",
  "@lezer/highlight",
];
const {version} = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
/** Makes a module whose default export evaluates the file with the shared packages. */
const withShared = {
  format: "cjs",
  external: shared,
  banner: {
    js:
      `export const VERSION = ${JSON.stringify(version)};` +
      "export default require => { const module = {exports: {}};",
  },
  footer: {js: "return module.exports; };"},
};

/** editor.js has no tooltips of @codemirror/view, so the menu of names gets our own. */
const ownTooltips = {
  name: "own-tooltips",
  setup(pass) {
    pass.onResolve({filter: /^@codemirror\/view$/}, ({importer}) =>
      importer.includes("@codemirror/autocomplete") ||
      importer.includes("@codemirror\\autocomplete")
        ? {path: join(root, "src/names/view.ts")}
        : null,
    );
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
  {
    entryPoints: {editor: "src/bundle.ts"},
    alias: {"@marijn/find-cluster-break": join(root, "src/editor/clusterbreak.ts")},
    metafile: true,
    plugins: [notices],
  },
  {
    entryPoints: {python: "src/editor/python.ts", vim: "src/editor/keymaps/vim.ts"},
    ...withShared,
    metafile: true,
    plugins: [notices],
  },
  {
    entryPoints: {names: "src/names/names.ts"},
    ...withShared,
    metafile: true,
    plugins: [ownTooltips, notices],
  },
  {
    entryPoints: {emacs: "src/editor/keymaps/emacs.ts"},
    ...withShared,
    // The package marks the calls that bind its keys as without effect.
    ignoreAnnotations: true,
    external: [...shared, "@codemirror/autocomplete"],
    metafile: true,
    plugins: [notices],
  },
  {
    entryPoints: {languages: "src/editor/otherlanguages.ts"},
    metafile: true,
    plugins: [keepEditorOut(false, "@codemirror/legacy-modes"), notices],
  },
  {
    entryPoints: {runs: "src/runs/runs.ts"},
    plugins: [keepEditorOut(false), notices],
    metafile: true,
  },
  {
    entryPoints: {
      code: "src/codemenu/codemenu.ts",
      history: "src/history/panel.ts",
      room: "src/room/room.ts",
      share: "src/share/panel.ts",
    },
    plugins: [keepEditorOut(false)],
  },
  {
    entryPoints: {
      page: "src/hosts/page.ts",
      home: "src/hosts/home.ts",
      guest: "src/hosts/guest.ts",
    },
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
