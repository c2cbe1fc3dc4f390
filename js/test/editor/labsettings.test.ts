/** What a widget takes from JupyterLab's settings. */
import assert from "node:assert/strict";
import {test} from "node:test";
import {preferencesOf} from "../../src/editor/labsettings";

test("wrapping, tab width and font size are taken from JupyterLab", () => {
  const config = {lineWrap: true, tabSize: 8, customStyles: {fontSize: 17}, lineNumbers: false};
  assert.deepEqual(preferencesOf([config]), {wrap: true, tabSize: 8, fontSize: 17});
});

test("the settings of a notebook's cells win over those of all editors", () => {
  assert.deepEqual(preferencesOf([{lineWrap: true, tabSize: 2}, {lineWrap: false}]), {
    wrap: false,
    tabSize: 2,
  });
});

test("what is not set there, or is nonsense, is missing", () => {
  assert.deepEqual(preferencesOf([]), {});
  assert.deepEqual(preferencesOf([undefined, null, 5, {customStyles: null}]), {});
  assert.deepEqual(
    preferencesOf([{lineWrap: "on", tabSize: 0, customStyles: {fontSize: "x"}}]),
    {},
  );
});
