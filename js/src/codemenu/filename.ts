/** The name under which the code is saved as a file. */
import {shortened} from "../ui/names";

const ENDINGS: Readonly<Record<string, string>> = {
  python: ".py",
  javascript: ".js",
  markdown: ".md",
  sql: ".sql",
  json: ".json",
};

/** The longest name without its ending, in graphemes. File systems take 255 bytes. */
const MOST = 60;

/** Names that Windows keeps for devices. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** "Sorting exercise.py": the title without characters that file systems or readers mistake. */
export function fileName(title: string, language: string): string {
  const ending = ENDINGS[language.toLowerCase()] ?? ".txt";
  const written = title
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, "")
    .replace(/[/\\:*?"<>|]+/g, "-")
    .replace(/\s+/g, " ")
    .trim();
  const bare = written.toLowerCase().endsWith(ending) ? written.slice(0, -ending.length) : written;
  // A dot at the start hides a file; Windows drops dots and blanks at the end.
  const name = shortened(bare, MOST).replace(/^[. -]+|[. -]+$/g, "") || "code";
  return `${DEVICE.test(name) ? `code-${name}` : name}${ending}`;
}
