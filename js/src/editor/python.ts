/** The grammar of Python, which is half the size of the editor. See shared.ts. */
import {localCompletionSource, pythonLanguage} from "@codemirror/lang-python";

/** The language, with the source of the names in its code. */
export const python = [
  pythonLanguage,
  pythonLanguage.data.of({autocomplete: localCompletionSource}),
];
