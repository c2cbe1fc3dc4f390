// What the compiler accepts and is still a mistake: unhandled promises, unused code, loose equality.
import js from "@eslint/js";
import tseslint from "typescript-eslint";

/** node:test's own calls return promises that the test runner awaits. */
const testRunner = {
  from: "package",
  name: ["test", "suite", "describe", "it"],
  package: "node:test",
};

export default tseslint.config(
  {ignores: ["node_modules/", ".vectors/", "src/wire/protocol.gen.ts", "**/*.mjs"]},
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {parserOptions: {project: ["tsconfig.json", "test/tsconfig.json"]}},
    rules: {
      eqeqeq: "error",
      // Names and texts are checked for control characters on purpose.
      "no-control-regex": "off",
      "@typescript-eslint/no-floating-promises": ["error", {allowForKnownSafeCalls: [testRunner]}],
      "@typescript-eslint/no-unused-vars": ["error", {argsIgnorePattern: "^_"}],
    },
  },
);
