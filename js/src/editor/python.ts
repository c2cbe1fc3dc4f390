/** The grammar of Python, which is half the size of the editor. See `loadShared` in languages.ts. */
export {pythonLanguage} from "@codemirror/lang-python";
