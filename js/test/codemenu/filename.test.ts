/** The name of the file that the code is saved as. */
import assert from "node:assert/strict";
import {test} from "node:test";
import {fileName} from "../../src/codemenu/filename";

test("the title and the ending of the language make the name", () => {
  assert.equal(fileName("Sorting exercise", "python"), "Sorting exercise.py");
  assert.equal(fileName("Sorting", "JavaScript"), "Sorting.js");
  assert.equal(fileName("Übung 3 – Bäume 🌳", "markdown"), "Übung 3 – Bäume 🌳.md");
  assert.equal(fileName("notes", "fortran"), "notes.txt");
  assert.equal(fileName("notes", ""), "notes.txt");
});

test("a title that ends as the file would is not given the ending twice", () => {
  assert.equal(fileName("sort.py", "python"), "sort.py");
  assert.equal(fileName("sort.PY", "python"), "sort.py");
  assert.equal(fileName("sort.js", "python"), "sort.js.py");
});

test("a room without a title is saved as code", () => {
  for (const title of ["", "  ", "...", "\u202e", "---"]) {
    assert.equal(fileName(title, "sql"), "code.sql");
  }
});

test("no part of a title can lead to another folder or hide the file", () => {
  assert.equal(fileName("../../etc/passwd", "text"), "etc-passwd.txt");
  assert.equal(fileName("C:\\x|y", "text"), "C-x-y.txt");
  assert.equal(fileName(".bashrc", "text"), "bashrc.txt");
});

test("characters that would make another ending seem to be there are dropped", () => {
  assert.equal(fileName("a\u202efdp\u0000\n", "python"), "afdp.py");
});

test("names that Windows keeps for devices are not used", () => {
  assert.equal(fileName("con", "text"), "code-con.txt");
  assert.equal(fileName("LPT1.x", "text"), "code-LPT1.x.txt");
  assert.equal(fileName("console", "text"), "console.txt");
});

test("a long title is cut between whole characters", () => {
  const name = fileName("👩‍👩‍👧".repeat(100), "python");
  assert.equal(
    name,
    `${"👩‍👩‍👧"
      .replace(/\u200d/g, "")
      .repeat(60)
      .slice(0, name.length - 3)}.py`,
  );
  assert.equal([...new Intl.Segmenter().segment(name)].length, 63);
});
