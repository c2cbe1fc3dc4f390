import assert from "node:assert/strict";
import {test} from "node:test";
import {Shorthand} from "../../src/client/messages";

test("updates that follow get their version and their client", () => {
  const shorthand = new Shorthand();
  const first = {type: "code_update" as const, version: 5, updates: [["bob", [[0, "x"]]] as never]};
  shorthand.full(first, 4, "ann");

  const full = shorthand.full(
    {
      type: "code_update",
      updates: [
        [0, [1]],
        ["cat", [1]],
      ],
    },
    5,
    "ann",
  );

  const updates = [
    ["bob", [1]],
    ["cat", [1]],
  ];
  assert.deepEqual(full, {type: "code_update", version: 7, updates});
});

test("after a receipt, the client of the last revision is oneself", () => {
  const shorthand = new Shorthand();

  const saved = shorthand.full({type: "saved"}, 5, "ann");
  const full = shorthand.full({type: "code_update", updates: [[0, [1], 1]]}, 6, "ann");

  assert.deepEqual(saved, {type: "saved", version: 6});
  assert.deepEqual(full, {type: "code_update", version: 7, updates: [["ann", [1], 1]]});
});

test("a complete message is not changed", () => {
  const shorthand = new Shorthand();
  const saved = {type: "saved" as const, version: 9};

  assert.deepEqual(shorthand.full(saved, 5, "ann"), saved);
});

test("a receipt for nothing leaves the last revision another's", () => {
  const shorthand = new Shorthand();
  shorthand.full({type: "code_update", version: 5, updates: [["bob", [1]]]}, 4, "ann");

  shorthand.full({type: "saved", version: 5}, 5, "ann");
  const full = shorthand.full({type: "code_update", updates: [[0, [1]]]}, 5, "ann");

  assert.deepEqual(full, {type: "code_update", version: 6, updates: [["bob", [1]]]});
});

test("a write that is of no client is not taken for one of the client before", () => {
  const shorthand = new Shorthand();
  shorthand.full({type: "code_update", version: 5, updates: [["bob", [1]]]}, 4, "ann");

  const full = shorthand.full({type: "code_update", updates: [["", [1], 1]]}, 5, "ann");

  assert.deepEqual(full, {type: "code_update", version: 6, updates: [["", [1], 1]]});
});
