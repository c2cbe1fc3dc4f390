/** The grammar of Python, which is half the size of the editor. See shared.ts. */
export {pythonLanguage} from "@codemirror/lang-python";
