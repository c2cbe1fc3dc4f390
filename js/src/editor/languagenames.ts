/** The names of the languages, in a file without CodeMirror, so that every host can list them. */

/** The names by their ids in the protocol, in the order of the home page. */
export const LANGUAGES: Readonly<Record<string, string>> = {
  python: "Python",
  javascript: "JavaScript",
  markdown: "Markdown",
  sql: "SQL",
  json: "JSON",
  text: "Plain text",
};

/** Returns a language's name; the id if it is unknown. */
export function languageName(language: string): string {
  return LANGUAGES[language.toLowerCase()] ?? (language || "Plain text");
}
