import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import {test} from "node:test";
import {PLAIN, ansiSpans, plainText} from "../../src/runs/ansi";
import type {Style} from "../../src/runs/ansi";

const E = "\x1b[";
/** Each piece with what differs from plain text. */
function pieces(text: string): [string, Partial<Style>][] {
  return ansiSpans(text).spans.map(({text: part, style}) => {
    const own = Object.entries(style).filter(([name, value]) => value !== PLAIN[name as "bold"]);
    return [part, Object.fromEntries(own)];
  });
}

test("the sixteen colours, bright ones as 8 to 15, and the way back", () => {
  assert.deepEqual(pieces(`a${E}31mb${E}39mc${E}94;42md${E}0me`), [
    ["a", {}],
    ["b", {fore: 1}],
    ["c", {}],
    ["d", {fore: 12, back: 2}],
    ["e", {}],
  ]);
});

test("of 256 colours, the first are the palette, then a cube and greys", () => {
  assert.deepEqual(pieces(`${E}38;5;9ma${E}38;5;28mb${E}48;5;232mc${E}38;5;999md`), [
    ["a", {fore: 9}],
    ["b", {fore: "#008700"}],
    ["c", {fore: "#008700", back: "#080808"}],
    ["d", {back: "#080808"}],
  ]);
});

test("a colour of 24 bits, and the codes that come after it", () => {
  assert.deepEqual(pieces(`${E}38;2;255;128;0;1mx${E}48:2:1:2:3my`), [
    ["x", {fore: "#ff8000", bold: true}],
    ["y", {fore: "#ff8000", bold: true, back: "#010203"}],
  ]);
});

test("bold, dim, italic, underlined, struck and inverse begin and end", () => {
  assert.deepEqual(pieces(`${E}1;2;3;4;7;9ma${E}22;23;24;27;29mb`), [
    ["a", {bold: true, dim: true, italic: true, underline: true, inverse: true, struck: true}],
    ["b", {}],
  ]);
});

test("a colour goes on in the text that follows", () => {
  const {end} = ansiSpans(`${E}32mab`);
  assert.deepEqual(ansiSpans("cd", end).spans, [{text: "cd", style: {...PLAIN, fore: 2}}]);
});

const dropped = [
  `${E}2J`, // clears the screen
  `${E}1;1H`, // moves the cursor
  `${E}?25l`,
  "\x1b]0;title\x07",
  "\x1b]8;;https://evil.example\x1b\\", // a link
  "\x1bP1;2|data\x1b\\",
  "\x1b_hidden\x1b\\",
  "\x1bc",
  "\x07\x08\x0b\x0c\x7f\x9b",
  `${E}12`, // cut off
  "\x1b]8;;https://evil.example", // cut off
];

test("no other escape reaches the page", () => {
  for (const escape of dropped) {
    assert.equal(plainText(`a${escape}`), "a", JSON.stringify(escape));
    const {spans} = ansiSpans(`a${escape}`);
    assert.equal(spans.map(({text}) => text).join(""), "a", JSON.stringify(escape));
  }
});

test("markup is text, and colours are numbers that the file itself writes", () => {
  const markup = `<img src=x onerror=trip()>${E}38;2;1;2;<b>m</b>`;
  assert.ok(ansiSpans(markup).spans[0]?.text.startsWith("<img src=x onerror=trip()>"));
  for (const bad of ["38;2;1;2;999", "38;2;1", "38;5;-1", "38;9;1", "48;2"]) {
    const {end} = ansiSpans(`${E}${bad}mx`);
    assert.deepEqual([end.fore, end.back], [null, null], bad);
  }
});

/** The contrast of two colours, by WCAG 2. */
function contrast(one: string, other: string): number {
  const luminance = (hex: string): number => {
    const parts = [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16) / 255);
    const [r = 0, g = 0, b = 0] = parts.map(c =>
      c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [high = 1, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

test("each colour of the palette is readable on light and on dark backgrounds", () => {
  const css = readFileSync("src/style/editor/ansi.css", "utf8");
  const palette = [...css.matchAll(/--pe-\d+: light-dark\((#\w{6}), (#\w{6})\)/g)];
  assert.equal(palette.length, 16);
  for (const [name, light = "", dark = ""] of palette) {
    assert.ok(contrast(light, "#f5f5f5") >= 4.5, `${name} on light`);
    assert.ok(contrast(dark, "#212121") >= 4.5, `${name} on dark`);
  }
});
