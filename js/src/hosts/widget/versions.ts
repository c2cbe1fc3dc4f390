/**
 * Compares the version of this widget with that of the editor. The widget comes from the kernel's
 * environment, or from a notebook that was saved earlier; the editor comes from the Jupyter server.
 */
import {createNotice, messageOf} from "../../ui/notice";
import {VERSION} from "../../wire/protocol.gen";
import type {EditorModule} from "./stage";

const CURE =
  "Install the same version for the kernel and for the server, restart both, and run the cell again.";

/** The first versions of the editor do not say which they are. */
type Versioned = Partial<Pick<EditorModule, "VERSION">>;

/** A sentence that names both versions; empty if they are the same. */
export function mismatch({VERSION: other}: Versioned): string {
  if (other === VERSION) return "";
  return (
    `This widget is from jupyter_pairedit ${VERSION}, and the editor of the Jupyter server is from ` +
    `${other ?? "an older version"}.`
  );
}

/** The notice that the versions differ. `focus` focuses the code. */
export function versionNotice(editor: Versioned, focus: () => void): HTMLElement {
  const notice = createNotice({name: "versions", tone: "warn", focus});
  notice.action("Dismiss", () => {}, "pairedit-dismiss");
  const sentence = mismatch(editor);
  notice.display(sentence && `${sentence} Something may not work. ${CURE}`);
  return notice.element;
}

/** Returns the sentence to display for an error that an editor has thrown while it was opened. */
export function brokenSentence(editor: Versioned, error: unknown): string {
  const sentence = mismatch(editor);
  const broken = `The editor cannot be displayed (${messageOf(error)}).`;
  return sentence ? `${broken} ${sentence} ${CURE}` : `${broken} Reload the page.`;
}
