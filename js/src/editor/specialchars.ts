/**
 * Marks characters that are invisible, look like a space, or change the direction of text. The text
 * itself is not changed.
 */
import {Decoration, MatchDecorator, ViewPlugin, WidgetType} from "@codemirror/view";
import type {DecorationSet, EditorView, ViewUpdate} from "@codemirror/view";
import {h} from "../ui/dom";

/** Joiners, selectors and tags that are part of an emoji or join letters, as in Persian. */
const FITTING = [
  String.raw`(?<=[\p{ExtPict}\p{EMod}\ufe0f])\u200d(?=\p{ExtPict})`,
  String.raw`(?<=[\p{Lo}\p{M}])[\u200c\u200d](?=\p{Lo})`,
  String.raw`(?<=[\p{ExtPict}\p{UIdeo}])\p{VS}|\ufe0f(?=\u20e3)`,
  String.raw`(?<=\u{1f3f4}[\u{e0020}-\u{e007f}]*)[\u{e0020}-\u{e007f}]`,
].join("|");

/** Characters that White_Space lacks: BRAILLE PATTERN BLANK, annotations, object replacement. */
const ALIKE = String.raw`\u2800\ufff9-\ufffc`;

const SPECIAL = new RegExp(
  String.raw`(?![ \t\n]|${FITTING})[\p{Cc}\p{White_Space}\p{Bidi_C}\p{DI}${ALIKE}]`,
  "gu",
);

/** The names of the frequent ones. Others are named by their category. */
const NAMES: Readonly<Record<string, string>> = {
  "00A0": "no-break space",
  "00AD": "soft hyphen",
  "200B": "zero width space",
  "200C": "zero width non-joiner",
  "200D": "zero width joiner",
  "200E": "left-to-right mark",
  "200F": "right-to-left mark",
  "2028": "line separator",
  "2029": "paragraph separator",
  "202A": "left-to-right embedding",
  "202B": "right-to-left embedding",
  "202C": "pop directional formatting",
  "202D": "left-to-right override",
  "202E": "right-to-left override",
  "202F": "narrow no-break space",
  "2060": "word joiner",
  "2066": "left-to-right isolate",
  "2067": "right-to-left isolate",
  "2068": "first strong isolate",
  "2069": "pop directional isolate",
  "3000": "ideographic space",
  "3164": "Hangul filler",
  FEFF: "zero width no-break space",
};

const KINDS: readonly [RegExp, string][] = [
  [/\p{Cc}/u, "control character"],
  [/\p{White_Space}/u, "space"],
  [/\p{Bidi_C}/u, "direction control"],
  [/\p{VS}/u, "variation selector"],
  [/\p{DI}/u, "invisible character"],
];

/** "no-break space (U+00A0)" */
export function nameOf(character: string): string {
  const number = numberOf(character);
  const kind = KINDS.find(([property]) => property.test(character))?.[1] ?? "blank character";
  return `${NAMES[number] ?? kind} (U+${number})`;
}

function numberOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
}

function mark(character: string): HTMLElement {
  const name = nameOf(character);
  const text = `U+${numberOf(character)}`;
  return h("span", {class: "cm-specialChar", title: name, "aria-label": name, text});
}

/** Splits a text into parts. Every second part is a special character. */
export function splitAtSpecials(text: string): string[] {
  const parts: string[] = [];
  let end = 0;
  for (const {0: character, index} of text.matchAll(SPECIAL)) {
    parts.push(text.slice(end, index), character);
    end = index + character.length;
  }
  return [...parts, text.slice(end)];
}

/** Returns the content of an element with the text, its special characters marked. */
export function withMarks(text: string): (string | HTMLElement)[] {
  return splitAtSpecials(text).map((part, place) => (place % 2 ? mark(part) : part));
}

class SpecialChar extends WidgetType {
  constructor(private readonly character: string) {
    super();
  }

  override eq({character}: SpecialChar): boolean {
    return character === this.character;
  }

  override toDOM(): HTMLElement {
    return mark(this.character);
  }

  override ignoreEvent(): boolean {
    return false;
  }
}

const decorator = new MatchDecorator({
  regexp: SPECIAL,
  decoration: ([character]) => Decoration.replace({widget: new SpecialChar(character)}),
});

class Marks {
  marks: DecorationSet;

  constructor(view: EditorView) {
    this.marks = decorator.createDeco(view);
  }

  update(update: ViewUpdate): void {
    this.marks = decorator.updateDeco(update, this.marks);
  }
}

export const specialChars = ViewPlugin.fromClass(Marks, {decorations: ({marks}) => marks});
