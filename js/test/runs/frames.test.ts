import assert from "node:assert/strict";
import {test} from "node:test";
import {framesIn} from "../../src/runs/frames";

const found = (text: string): [string, number][] =>
  framesIn(text).map(({from, to, line}) => [text.slice(from, to), line]);

test("the cell that was run is linked, and other cells and files are not", () => {
  const text = [
    "Traceback (most recent call last)",
    "Cell In[2], line 4",
    "----> 4 f()",
    "Cell In[2], line 3, in f()",
    "Cell In[1], line 2, in owner()",
    "File ~/lib/python3.11/json/decoder.py:355, in decode(s)",
    "ZeroDivisionError: division by zero",
  ].join("\n");
  assert.deepEqual(found(text), [
    ["Cell In[2], line 4", 4],
    ["Cell In[2], line 3", 3],
  ]);
});

test("a syntax error, older IPython and plain Python name lines as well", () => {
  assert.deepEqual(found("  Cell In[7], line 1\n    x = ("), [["Cell In[7], line 1", 1]]);
  assert.deepEqual(found("Input In [3], line 9"), [["Input In [3], line 9", 9]]);
  assert.deepEqual(found('  File "<stdin>", line 12, in f'), [['File "<stdin>", line 12', 12]]);
  assert.deepEqual(found("line 3 of the file"), []);
});
