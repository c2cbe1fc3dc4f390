/** The names and colours of people. */
import type {Person} from "../wire/protocol.gen";

const graphemes = new Intl.Segmenter();

/** The first `most` graphemes of a text: an emoji, or a letter with its marks, counts once. */
export function shortened(text: string, most: number): string {
  let end = 0;
  for (const {segment} of graphemes.segment(text)) {
    if (!most--) break;
    end += segment.length;
  }
  return text.slice(0, end);
}

/**
 * A name between the characters that isolate its direction of writing, for use in a sentence.
 * `setText` turns it into an element. The " (guest)" that the log adds stays outside.
 */
export function isolated(name: string): string {
  // The server cleans the names of people, and nobody those of files.
  const inner = name.replace(/[\u2066-\u2069\u202a-\u202e]/g, "");
  return inner.replace(/^(.*?)( \(guest\))?$/s, "\u2068$1\u2069$2");
}

/** The sentence for a tooltip: names in ASCII are not isolated. */
export function titled(sentence: string): string {
  return sentence.replace(/\u2068([ -~]*)\u2069/g, "$1");
}

/** The sentence for screen readers, without isolating characters. */
export function plain(sentence: string): string {
  return sentence.replace(/[\u2068\u2069]/g, "");
}

/** First letters of the first and the last word, whole characters. */
export function initials(name: string): string {
  const words = name.match(/[\p{L}\p{N}][^\s]*/gu) ?? [];
  const ends = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return (
    ends
      .map(word => shortened(word ?? "", 1))
      .join("")
      .toUpperCase() || "?"
  );
}

/** One of seven colours. `color` comes from the server and is never used as CSS. */
export function colourClass(color: number): string {
  return `pairedit-colour${1 + (((Math.trunc(color) || 1) - 1 + 700) % 7)}`;
}

/** The name to display. */
export function shownName({name}: Pick<Person, "name">): string {
  return name.trim() || "Somebody";
}

/** "Ann (guest, "class B")", for a sentence: the name with the label of the person's link. */
export function fullName(person: Person): string {
  const [name, label] = [isolated(shownName(person)), person.label?.trim()];
  return person.guest ? `${name} (guest${label ? `, “${isolated(label)}”` : ""})` : name;
}

/** The full name for a sentence, followed by "(you)" if `clientId` is one of the person's. */
export function spokenName(person: Person, clientId: string): string {
  const name = fullName(person);
  return clientId && person.clients.includes(clientId) ? `${name} (you)` : name;
}
