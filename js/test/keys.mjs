// Prints as JSON the keys of the editor, for each system and host: {bound, unbound}. `bound` gives for
// each key CodeMirror's command that the editor replaces there, or null. `unbound` gives the command
// of each key that CodeMirror binds and the editor does not.
import {mkdirSync} from "node:fs";
import {fileURLToPath} from "node:url";
import * as commands from "@codemirror/commands";
import * as searching from "@codemirror/search";
import {EditorState} from "@codemirror/state";
import {keymap} from "@codemirror/view";
import {build} from "esbuild";

const js = fileURLToPath(new URL("..", import.meta.url));
// Inside node_modules, so that it finds the packages.
const out = `${js}node_modules/.cache/keys/`;
mkdirSync(out, {recursive: true});
const contents = [
  "editor/autocomplete",
  "editor/follow",
  "editor/keymap",
  "editor/namesmenu",
  "names/names",
]
  .map(name => `export * from "./src/${name}";`)
  .join("\n");
await build({
  stdin: {contents, resolveDir: js},
  outfile: `${out}editor.mjs`,
  bundle: true,
  packages: "external",
  format: "esm",
  target: "es2022",
});
const {Follow, TabKey, autocomplete, followKeys, keys, menuKeys, namesKeys} = await import(
  `${out}editor.mjs`
);

const ours = hostSearches => {
  const nothing = () => {};
  const extensions = [
    menuKeys,
    namesKeys({open: nothing, inspect: nothing}),
    autocomplete({}),
    followKeys(new Follow(nothing)),
    keys({hostSearches, announce: nothing, tab: new TabKey(nothing), run: () => false}),
  ];
  return EditorState.create({extensions}).facet(keymap).flat();
};
const theirs = [...searching.searchKeymap, ...commands.historyKeymap, ...commands.defaultKeymap];
const names = new Map(
  [commands, searching].flatMap(module => Object.entries(module).map(([name, it]) => [it, name])),
);

/** "Shift-Mod-k" and "Mod-K" as "Ctrl-Shift-K", or "Shift-Cmd-K" on macOS. */
function normal(name, system) {
  const parts = name.split(/-(?!$)/);
  let key = parts.pop();
  const held = new Set(
    parts.map(part => (part === "Mod" ? (system === "mac" ? "Cmd" : "Ctrl") : part)),
  );
  if (/^[A-Z]$/.test(key)) held.add("Shift");
  key = key.length === 1 ? key.toUpperCase() : key.replace("Arrow", "").replace("Escape", "Esc");
  return [...["Ctrl", "Cmd", "Alt", "Shift"].filter(each => held.has(each)), key].join("-");
}

/** The commands of each key, the first one first. */
function table(bindings, system) {
  const found = new Map();
  const add = (key, command) => found.set(key, [...(found.get(key) ?? []), command]);
  for (const binding of bindings) {
    const name = binding[system] || binding.key;
    if (!name) continue;
    if (binding.run) add(normal(name, system), binding.run);
    if (binding.shift) add(normal(`Shift-${name}`, system), binding.shift);
  }
  return found;
}

function keysOf(system, hostSearches) {
  const [editor, original] = [table(ours(hostSearches), system), table(theirs, system)];
  const bound = {};
  for (const [key, [command]] of editor) {
    const [replaced] = original.get(key) ?? [command];
    bound[key] = replaced === command ? null : names.get(replaced);
  }
  const left = [...original].filter(([key]) => !editor.has(key));
  return {bound, unbound: Object.fromEntries(left.map(([key, [it]]) => [key, names.get(it)]))};
}

const printed = {};
for (const system of ["win", "linux", "mac"]) {
  printed[system] = {page: keysOf(system, false), notebook: keysOf(system, true)};
}
console.log(JSON.stringify(printed));
