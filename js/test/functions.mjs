// Prints as JSON how many lines each function of src/ has that is longer than the given number:
// {"src/x.ts": [["name", 41], …]}.
import path from "node:path";
import {ESLint} from "eslint";
import tseslint from "typescript-eslint";

const most = Number(process.argv[2]);
const eslint = new ESLint({
  overrideConfigFile: true,
  overrideConfig: {
    files: ["**/*.ts"],
    languageOptions: {parser: tseslint.parser},
    linterOptions: {reportUnusedDisableDirectives: "off"},
    rules: {"max-lines-per-function": ["error", {max: most}]},
  },
});
const found = {};
for (const {filePath, messages} of await eslint.lintFiles(["src"]))
  for (const {ruleId, message} of messages)
    if (ruleId === "max-lines-per-function") {
      const [, name = "constructor"] = /'(\w+)'/.exec(message) ?? [];
      const lines = Number(/\((\d+)\)/.exec(message)[1]);
      (found[path.relative(".", filePath)] ??= []).push([name, lines]);
    }
console.log(JSON.stringify(found));
