/** Emacs' keys. emacs.js has them; see ../shared.ts. */
import {EmacsHandler, emacs} from "@replit/codemirror-emacs";

// The package has no command line: Alt-X is left to the browser.
EmacsHandler.addCommands({focusCommandLine: () => false});

export function keymapExtension() {
  return emacs();
}
