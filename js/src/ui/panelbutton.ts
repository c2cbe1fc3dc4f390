/** A button that opens a panel over the code. The panel's file is loaded on first use. */
import {button} from "./dom";
import {loadFile} from "./load";
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
  /** The file beside editor.js that has the panel. */
  readonly file: string;
  /** Makes the panel. It must call `closed` whenever it closes. */
  readonly make: (module: Module, closed: () => void) => P;
  /** What the panel covers. It is inert while the panel is open. */
  readonly cover: HTMLElement;
  /** Called before the panel opens, to close another one. */
  readonly opening: () => void;
  readonly announce: (sentence: string) => void;
}

export interface PanelButton<Module, P extends Panel> {
  readonly element: HTMLButtonElement;
  /** The module in the panel's file. Rejects if the server does not send it. */
  load(): Promise<Module>;
  /** Opens the panel unless it is open. Returns it, or null if it cannot be loaded. */
  open(): Promise<P | null>;
  close(): void;
  destroy(): void;
}

export function panelButton<Module, P extends Panel>(
  options: PanelButtonOptions<Module, P>,
): PanelButton<Module, P> {
  const {label, title, cover, announce} = options;
  const failed = `“${label}” could not be loaded from the Jupyter server.`;
  let panel: P | null = null;
  let destroyed = false;
  const load = (): Promise<Module> => loadFile<Module>(options.file);
  const element = button(label, () => void toggle(), `pairedit-panel-button ${options.className}`);
  element.title = title;
  setExpanded(false);

  function setExpanded(expanded: boolean): void {
    element.setAttribute("aria-expanded", String(expanded));
    cover.inert = expanded;
  }

  async function toggle(): Promise<void> {
    if (panel) panel.close();
    else (await open())?.focus();
  }

  const loadAndOpen = underWay(async () => {
    try {
      const module = await load();
      if (destroyed) return null;
      options.opening();
      panel = options.make(module, closed);
      cover.after(panel.element);
      setExpanded(true);
    } catch {
      announce(failed);
      element.title = `${failed} Press to try again.`;
    }
    return panel;
  });

  async function open(): Promise<P | null> {
    return panel ?? loadAndOpen();
  }

  function closed(): void {
    const hadFocus = !document.activeElement || document.activeElement === document.body;
    panel = null;
    setExpanded(false);
    if (!destroyed && hadFocus) element.focus();
  }

  return {
    element,
    load,
    open,
    close: () => panel?.close(),
    destroy() {
      destroyed = true;
      panel?.close();
    },
  };
}
