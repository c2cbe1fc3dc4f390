import assert from "node:assert/strict";
import {test} from "node:test";
import {brokenSentence, mismatch} from "../../../src/hosts/widget/versions";
import {LoadError, checkVersion} from "../../../src/ui/load";
import {VERSION} from "../../../src/wire/protocol.gen";

type Other = Parameters<typeof mismatch>[0];
const OTHER = {VERSION: "9.9.9"} as unknown as Other;

test("a widget and an editor of one version have nothing to say", () => {
  assert.equal(mismatch({VERSION}), "");
  assert.equal(
    brokenSentence({VERSION}, new Error("x is not a function")),
    "The editor cannot be displayed (x is not a function). Reload the page.",
  );
});

test("both versions are named when they differ", () => {
  assert.match(mismatch(OTHER), new RegExp(`${VERSION}.*9\\.9\\.9`));
  assert.match(mismatch({}), new RegExp(`${VERSION}.*an older version`));
  assert.match(brokenSentence(OTHER, new Error("no")), /9\.9\.9.*Install the same version/);
});

test("a panel of another version than its page is not used", () => {
  checkVersion({VERSION}, "history.js");
  for (const other of [OTHER, {}]) {
    assert.throws(
      () => checkVersion(other, "history.js"),
      (error: unknown) =>
        error instanceof LoadError &&
        !error.retry &&
        error.message.includes("history.js") &&
        error.message.includes(VERSION) &&
        error.message.includes(other.VERSION ?? "unknown version") &&
        error.message.includes("Reload the page"),
    );
  }
});
