/**
 * Reads the colours of a terminal (SGR, ECMA-48 8.3.117) in a text. All other escapes are dropped:
 * a text can neither move a cursor nor make a link.
 */

/** A piece of text in one style. */
export interface Span {
  readonly text: string;
  readonly style: Style;
}

export interface Style {
  /** 0 to 15 of the palette, or "#rrggbb"; null: the colour of the text. */
  readonly fore: number | string | null;
  readonly back: number | string | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly struck: boolean;
  readonly inverse: boolean;
}

export const PLAIN: Style = {
  fore: null,
  back: null,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  struck: false,
  inverse: false,
};

/** What the codes do that take no numbers. */
const CHANGES: Readonly<Record<number, Partial<Style>>> = {
  1: {bold: true},
  2: {dim: true},
  3: {italic: true},
  4: {underline: true},
  7: {inverse: true},
  9: {struck: true},
  22: {bold: false, dim: false},
  23: {italic: false},
  24: {underline: false},
  27: {inverse: false},
  29: {struck: false},
  39: {fore: null},
  49: {back: null},
};

/** SGR; other sequences with CSI, OSC and the like; characters that a terminal does not print. */
const ESCAPES =
  /\x1b\[([\d;:]*)m|\x1b\[[0-?]*[ -/]*(?:[@-~]|$)|\x1b[PX^_\]][^\x07\x1b]*(?:\x07|\x1b\\|$)|\x1b.?|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f\x80-\x9f]/g;

/** Splits a text that begins in `style`. Returns the style at its end as well. */
export function ansiSpans(text: string, style: Style = PLAIN): {spans: Span[]; end: Style} {
  const spans: Span[] = [];
  let [at, now] = [0, style];
  const add = (to: number): void => {
    if (to <= at) return;
    const part = text.slice(at, to);
    const last = spans.at(-1);
    if (last?.style === now) spans[spans.length - 1] = {text: last.text + part, style: now};
    else spans.push({text: part, style: now});
  };
  for (const {0: escape, 1: codes, index} of text.matchAll(ESCAPES)) {
    add(index);
    at = index + escape.length;
    if (codes !== undefined) now = styled(now, codes);
  }
  add(text.length);
  return {spans, end: now};
}

/** The text without escapes. */
export function plainText(text: string): string {
  return text.replace(ESCAPES, "");
}

function styled(style: Style, codes: string): Style {
  const numbers = codes.split(/[;:]/).map(code => (code === "" ? 0 : Number(code)));
  let now = style;
  while (numbers.length) now = changed(now, numbers.shift() as number, numbers);
  return now;
}

/** Applies one code, which may take numbers from those after it. */
function changed(style: Style, code: number, rest: number[]): Style {
  const named = code % 10;
  if (code >= 30 && code <= 37) return {...style, fore: named};
  if (code >= 40 && code <= 47) return {...style, back: named};
  if (code >= 90 && code <= 97) return {...style, fore: named + 8};
  if (code >= 100 && code <= 107) return {...style, back: named + 8};
  if (code === 0) return PLAIN;
  if (code === 38) return {...style, fore: extended(rest)};
  if (code === 48) return {...style, back: extended(rest)};
  return code in CHANGES ? {...style, ...CHANGES[code]} : style;
}

/** The colour after 38 or 48: "5;n" of 256, or "2;r;g;b". */
function extended(rest: number[]): number | string | null {
  const kind = rest.shift();
  if (kind === 5) return of256(rest.shift() ?? 0);
  if (kind !== 2) return null;
  return hex(rest.splice(0, 3));
}

function of256(index: number): number | string | null {
  if (!(index >= 0 && index <= 255)) return null;
  if (index < 16) return index;
  if (index >= 232) return hex(Array<number>(3).fill(8 + 10 * (index - 232)));
  const cube = index - 16;
  const levels = [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6];
  return hex(levels.map(level => (level ? 55 + 40 * level : 0)));
}

function hex(numbers: readonly number[]): string | null {
  if (numbers.length !== 3 || numbers.some(each => !(each >= 0 && each <= 255))) return null;
  return `#${numbers.map(each => each.toString(16).padStart(2, "0")).join("")}`;
}
