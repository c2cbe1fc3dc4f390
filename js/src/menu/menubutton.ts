/** A button that opens a menu. The menu's file is loaded on first use. */
import {button} from "../ui/dom";
import {loadFile} from "../ui/load";
import {underWay} from "../ui/timing";

export interface OpenMenu {
  /** Displays the items as they are now. */
  update(): void;
  close(): void;
}

/** What a button gives its menu. */
export interface MenuAnchor {
  readonly label: string;
  /** The button, below which the menu opens. */
  readonly anchor: HTMLElement;
  /** Whether the last item gets the focus, and not the first one. */
  readonly last: boolean;
  /** Called once when the menu closes; `refocus` is whether the button gets the focus. */
  readonly closed: (refocus: boolean) => void;
}

export interface MenuButtonOptions<Module> {
  readonly label: string;
  readonly title: string;
  readonly className: string;
  /** The file beside editor.js that has the menu. */
  readonly file: string;
  /** Opens the menu with `openMenu`. */
  readonly open: (module: Module, anchor: MenuAnchor) => OpenMenu;
  readonly announce: (sentence: string) => void;
}

export class MenuButton<Module> {
  readonly element: HTMLButtonElement;
  /** Returns the module in the menu's file. Rejects if the server does not send it. */
  readonly load: () => Promise<Module>;
  private menu: OpenMenu | null = null;
  private destroyed = false;

  constructor(private readonly options: MenuButtonOptions<Module>) {
    const className = `pairedit-menu-button ${options.className}`;
    this.load = underWay(() => loadFile<Module>(options.file));
    this.element = button(options.label, () => this.toggle(), className);
    this.element.title = options.title;
    this.element.setAttribute("aria-haspopup", "menu");
    this.element.setAttribute("aria-expanded", "false");
    this.element.addEventListener("keydown", this.onKey);
  }

  /** Displays the items as they are now, if the menu is open. */
  update(): void {
    this.menu?.update();
  }

  destroy(): void {
    this.destroyed = true;
    this.menu?.close();
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const {key, ctrlKey, altKey, metaKey, shiftKey} = event;
    if (ctrlKey || altKey || metaKey || shiftKey) return;
    if (key !== "ArrowDown" && key !== "ArrowUp") return;
    event.preventDefault();
    if (!this.menu) void this.open(key === "ArrowUp");
  };

  private toggle(): void {
    if (this.menu) this.menu.close();
    else void this.open(false);
  }

  private async open(last: boolean): Promise<void> {
    const {element, options} = this;
    const {label, title} = options;
    try {
      const module = await this.load();
      if (this.destroyed || this.menu) return;
      this.menu = options.open(module, {label, anchor: element, last, closed: this.closed});
      element.setAttribute("aria-expanded", "true");
      element.title = title;
    } catch {
      const failed = `“${label}” could not be loaded from the Jupyter server.`;
      options.announce(failed);
      element.title = `${failed} Press to try again.`;
    }
  }

  private readonly closed = (refocus: boolean): void => {
    this.menu = null;
    this.element.setAttribute("aria-expanded", "false");
    if (refocus && !this.destroyed) this.element.focus();
  };
}
