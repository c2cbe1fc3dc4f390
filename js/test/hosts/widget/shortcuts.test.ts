import assert from "node:assert/strict";
import {test} from "node:test";
import {HOST_KEYS, HOST_KEYS_OF_BUTTONS, isHostKey} from "../../../src/hosts/widget/shortcuts";

const CODE = {tagName: "DIV"};
const BUTTON = {tagName: "BUTTON"};

/** A key by its code, with the modifiers in `held`. */
function key(keyCode: number, held = "") {
  return {
    keyCode,
    ctrlKey: held.includes("Ctrl"),
    metaKey: held.includes("Cmd"),
    altKey: held.includes("Alt"),
    shiftKey: held.includes("Shift"),
  };
}

const [S, C, F, I, ZERO] = ["S", "C", "F", "I", "0"].map(each => each.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
  number,
];

test("the keys that JupyterLab gets are Cmd on macOS and Ctrl elsewhere", () => {
  for (const [code, shift] of [
    [S, ""],
    [S, "Shift"],
    [C, "Shift"],
    [F, ""],
  ] as const) {
    assert.ok(isHostKey(key(code, `Ctrl${shift}`), CODE, false));
    assert.ok(isHostKey(key(code, `Cmd${shift}`), CODE, true));
    assert.ok(!isHostKey(key(code, `Cmd${shift}`), CODE, false));
    assert.ok(!isHostKey(key(code, `Ctrl${shift}`), CODE, true));
  }
});

test("tabs are switched with Ctrl on every system", () => {
  for (const code of [188, 190, 219, 221]) {
    assert.ok(isHostKey(key(code, "Ctrl Shift"), CODE, false));
    assert.ok(isHostKey(key(code, "Ctrl Shift"), CODE, true));
  }
});

test("the kernel's keys pass from buttons and from nothing else", () => {
  for (const code of [I, ZERO]) {
    assert.ok(isHostKey(key(code), BUTTON));
    for (const tagName of ["DIV", "INPUT", "SELECT", "TEXTAREA"]) {
      assert.ok(!isHostKey(key(code), {tagName}));
    }
    assert.ok(!isHostKey(key(code, "Ctrl"), BUTTON));
  }
});

test("a key with further modifiers is another key", () => {
  assert.ok(!isHostKey(key(S, "Ctrl Alt"), CODE, false));
  assert.ok(!isHostKey(key(S, "Ctrl Cmd"), CODE, false));
  assert.ok(!isHostKey(key(S), CODE, false));
  assert.ok(!isHostKey(key(C, "Ctrl"), CODE, false));
});

test("no key passes that types, moves, deletes or leaves", () => {
  for (const each of [...HOST_KEYS, ...HOST_KEYS_OF_BUTTONS]) {
    assert.doesNotMatch(each, /Enter|Tab|Esc|Space|Arrow|Backspace|Delete|Home|End|Page| $/);
  }
  for (const each of HOST_KEYS) assert.match(each, /^(?:Accel|Ctrl) /);
  for (const code of [8, 9, 13, 27, 32, 33, 34, 35, 36, 37, 38, 39, 40, 46]) {
    for (const held of ["", "Shift", "Ctrl", "Cmd", "Alt", "Ctrl Shift", "Cmd Shift"]) {
      for (const mac of [false, true]) {
        for (const target of [CODE, BUTTON]) assert.ok(!isHostKey(key(code, held), target, mac));
      }
    }
  }
});
