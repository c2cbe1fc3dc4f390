/** Loads the key maps of other editors. */
import type {Extension} from "@codemirror/state";
import type {EditorView} from "@codemirror/view";
import type {KeymapName} from "../../ui/preferences";
import {loadSharing} from "../shared";

/** What a key map reports to the editor. */
export interface KeymapHost {
  /** The person asked for the code to be saved. */
  readonly onSave: () => void;
  /** Whether keys now type text, or are commands. */
  readonly onTyping: (view: EditorView, typing: boolean) => void;
}

interface KeymapFile {
  keymapExtension(host: KeymapHost): Extension;
}

/** The extension of a key map, to be placed before all other keys. Rejects if it is not sent. */
export async function loadKeymap(name: KeymapName, host: KeymapHost): Promise<Extension> {
  if (name === "default") return [];
  return (await loadSharing<KeymapFile>(`${name}.js`)).keymapExtension(host);
}
