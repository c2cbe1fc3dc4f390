/** A button that lays a panel over the code. The panel is a file that is loaded on first use. */
import {button} from "./dom";
import {underWay} from "./timing";

export interface Panel {
  readonly element: HTMLElement;
  focus(): void;
  close(): void;
}

export interface PanelButtonOptions<Module, P extends Panel> {
  readonly label: string;
  readonly title: string;
  readonly className: string;
  /** Its name beside editor.js. */
  readonly file: string;
  /** Makes the panel, which calls back when it has been closed, from inside or by `close`. */
  readonly make: (module: Module, closed: () => void) => P;
  /** What the panel covers; it is out of reach as long. */
  readonly cover: HTMLElement;
  /** About to open: another panel may be in the way. */
  readonly opening: () => void;
  readonly announce: (sentence: string) => void;
}

export interface PanelButton<Module, P extends Panel> {
  readonly element: HTMLButtonElement;
  /** The panel's file. Rejects when the server does not give it. */
  load(): Promise<Module>;
  /** The panel, opened if it was not; null where it could not be loaded. */
  open(): Promise<P | null>;
  close(): void;
  destroy(): void;
}

let tries = 0;

export function panelButton<Module, P extends Panel>(
  options: PanelButtonOptions<Module, P>,
): PanelButton<Module, P> {
  const {label, title, cover, announce} = options;
  const failed = `The panel “${label}” could not be loaded from the Jupyter server.`;
  let panel: P | null = null;
  let gone = false;
  const element = button(label, () => void press(), `pairedit-panel-button ${options.className}`);
  element.title = title;
  pressed(false);

  function pressed(yes: boolean): void {
    element.setAttribute("aria-expanded", String(yes));
  }

  async function press(): Promise<void> {
    if (panel) panel.close();
    else (await open())?.focus();
  }

  const opened = underWay(async () => {
    try {
      const module = await load<Module>(options.file);
      if (gone) return null;
      options.opening();
      panel = options.make(module, closed);
      cover.inert = true;
      cover.after(panel.element);
      pressed(true);
    } catch {
      announce(failed);
      element.title = `${failed} Press to try again.`;
    }
    return panel;
  });

  async function open(): Promise<P | null> {
    return panel ?? opened();
  }

  function closed(): void {
    const hadFocus = !document.activeElement || document.activeElement === document.body;
    panel = null;
    cover.inert = false;
    pressed(false);
    if (!gone && hadFocus) element.focus();
  }

  return {
    element,
    load: () => load(options.file),
    open,
    close: () => panel?.close(),
    destroy() {
      gone = true;
      panel?.close();
    },
  };
}

/** Rejects when the server does not give the file. */
async function load<Module>(file: string): Promise<Module> {
  // Browsers remember an import that failed by its address.
  const query = tries++ ? `?try=${tries}` : "";
  const module = (await import(new URL(`${file}${query}`, import.meta.url).href)) as Module;
  tries = 0;
  return module;
}
