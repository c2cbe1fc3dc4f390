/** The languages by name, apart from CodeMirror so that every host may list them. */

/** Ids as they are on the wire, in the order in which the home page offers them. */
export const LANGUAGES: Readonly<Record<string, string>> = {
  python: "Python",
  javascript: "JavaScript",
  markdown: "Markdown",
  sql: "SQL",
  json: "JSON",
  text: "Plain text",
};

/** A language's name for people; an unknown one is called what the room calls it. */
export function languageName(language: string): string {
  return LANGUAGES[language.toLowerCase()] ?? (language || "Plain text");
}
