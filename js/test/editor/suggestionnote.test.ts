import assert from "node:assert/strict";
import {test} from "node:test";
import {unknown} from "../../src/client/status";
import {sourceSentence} from "../../src/editor/suggestionnote";
import type {SuggestionSource} from "../../src/wire/protocol.gen";

const off = {...unknown.settings, suggestions: false};

test("everybody reads where the code is sent for suggestions", () => {
  const sentences: [SuggestionSource | null, string][] = [
    [null, ""],
    [{by: "mock"}, ""],
    [
      {by: "codestral", host: "codestral.mistral.ai"},
      "What you write here is sent to codestral.mistral.ai for suggestions.",
    ],
    [
      {by: "qwen", host: "127.0.0.1:11434", local: true},
      "What you write here is sent to qwen on the machine of this server (127.0.0.1:11434) for suggestions.",
    ],
    [
      {by: "mock", problem: "PairEdit.completer: expected another."},
      "PairEdit.completer: expected another.",
    ],
  ];
  for (const [source, sentence] of sentences) {
    assert.equal(sourceSentence({settings: unknown.settings, source}), sentence);
    assert.equal(sourceSentence({settings: off, source}), "");
  }
});
