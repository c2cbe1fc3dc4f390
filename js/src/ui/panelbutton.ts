/** A button that opens a panel over the code. The panel's file is loaded on first use. */
import {button} from "./dom";
import {loadFile} from "./load";
import type {Versioned} from "./load";
import {loadNotice} from "./loadnotice";
import type {LoadNotice} from "./loadnotice";
import {underWay} from "./timing";

export interface Panel {
  readonly element: HTMLElement;
  focus(): void;
  close(): void;
}

export interface PanelButtonOptions<Module extends Versioned, P extends Panel> {
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

export interface PanelButton<Module extends Versioned, P extends Panel> {
  readonly element: HTMLButtonElement;
  /** Displays why the panel's file could not be loaded. */
  readonly notice: LoadNotice;
  /** The module in the panel's file. Rejects with `LoadError`. */
  load(): Promise<Module>;
  /** Opens the panel unless it is open. Returns it, or null if it cannot be loaded. */
  open(): Promise<P | null>;
  close(): void;
  destroy(): void;
}

export function panelButton<Module extends Versioned, P extends Panel>(
  options: PanelButtonOptions<Module, P>,
): PanelButton<Module, P> {
  const {label, title, cover, announce} = options;
  let panel: P | null = null;
  let destroyed = false;
  const load = (): Promise<Module> => loadFile<Module>(options.file);
  const element = button(label, () => void toggle(), `pairedit-panel-button ${options.className}`);
  element.title = title;
  const notice = loadNotice({
    announce,
    focus: () => element.focus(),
    retry: async () => (panel ?? (await loadAndOpen()))?.focus(),
  });
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
    const module = await load();
    if (destroyed) return null;
    options.opening();
    panel = options.make(module, closed);
    cover.after(panel.element);
    setExpanded(true);
    notice.hide();
    return panel;
  });

  async function open(): Promise<P | null> {
    try {
      return panel ?? (await loadAndOpen());
    } catch (error) {
      notice.displayError(error);
      return null;
    }
  }

  function closed(): void {
    const hadFocus = !document.activeElement || document.activeElement === document.body;
    panel = null;
    setExpanded(false);
    if (!destroyed && hadFocus) element.focus();
  }

  return {
    element,
    notice,
    load,
    open,
    close: () => panel?.close(),
    destroy() {
      destroyed = true;
      panel?.close();
    },
  };
}
