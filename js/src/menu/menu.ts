/**
 * A drop-down menu, as the ARIA Authoring Practices describe it: the arrow keys, Home, End and typed
 * characters move the focus, Enter performs and closes, Space performs and leaves checks and choices
 * open, Esc and Tab close. It belongs into a file that is loaded when the menu is opened.
 */
import {h} from "../ui/dom";
import {Rows} from "../ui/rows";
import {Typeahead, movedTo} from "./items";
import type {MenuItem} from "./items";
import type {MenuAnchor, OpenMenu} from "./menubutton";
import {place} from "./place";
import {collapseChoices, expandChoices, itemRow} from "./rows";
import type {KeyedItem, RowHost} from "./rows";

export interface MenuOptions extends MenuAnchor {
  /** What the menu offers now. */
  readonly items: () => readonly MenuItem[];
}

/** Opens a menu below its button, with the focus on an item. */
export function openMenu(options: MenuOptions): OpenMenu {
  const menu = new Menu(options);
  menu.open();
  return menu;
}

class Menu implements OpenMenu, RowHost {
  private readonly list: HTMLElement;
  private readonly rows: Rows<KeyedItem>;
  private readonly presses = new WeakMap<Element, (stay: boolean) => void>();
  private readonly typeahead = new Typeahead();
  private isOpen = true;

  constructor(private readonly options: MenuOptions) {
    this.list = h("div", {
      class: "pairedit-menu",
      role: "menu",
      "aria-label": options.label,
      popover: "manual",
    });
    this.rows = new Rows<KeyedItem>(
      this.list,
      ({id}) => id,
      item => itemRow(item, this),
    );
  }

  open(): void {
    const {list, options} = this;
    list.addEventListener("keydown", this.onKey);
    list.addEventListener("click", this.onClick);
    list.addEventListener("focusout", this.onFocusOut);
    document.addEventListener("pointerdown", this.onPointer, true);
    document.addEventListener("scroll", this.position, true);
    window.addEventListener("resize", this.position);
    this.update();
    options.anchor.after(list);
    // The top layer of the page: the frame of a widget would clip the menu.
    list.showPopover?.();
    this.position();
    this.entries.at(options.last ? -1 : 0)?.focus();
  }

  update(): void {
    if (!this.isOpen) return;
    const keyed = this.options.items().map((item, index) => ({
      id: item.kind === "line" ? `line ${index}` : `${item.kind} ${item.label}`,
      item,
    }));
    if (this.rows.update(keyed)) this.entries[0]?.focus();
  }

  close(refocus = false): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    const hadFocus = this.list.contains(document.activeElement);
    document.removeEventListener("pointerdown", this.onPointer, true);
    document.removeEventListener("scroll", this.position, true);
    window.removeEventListener("resize", this.position);
    this.list.remove();
    this.options.closed(refocus || hadFocus);
  }

  onPress(element: HTMLElement, press: (stay: boolean) => void): void {
    this.presses.set(element, press);
  }

  /** The elements that can have the focus, in order. */
  private get entries(): HTMLElement[] {
    const all = [...this.list.querySelectorAll<HTMLElement>('[role^="menuitem"]')];
    return all.filter(element => !element.closest("[hidden]"));
  }

  private readonly position = (): void => {
    place(this.list, this.options.anchor.getBoundingClientRect());
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    // The focus goes to the button, and the browser moves it on from there.
    if (event.key === "Tab") return this.close(true);
    if (!this.perform(event, event.target as HTMLElement)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  /** Does what a key means. Returns whether it means something. */
  private perform({key, timeStamp}: KeyboardEvent, focused: HTMLElement): boolean {
    const {entries} = this;
    const at = entries.indexOf(focused);
    const to = movedTo(key, at, entries.length);
    const blank = key === " " && !this.typeahead.going(timeStamp);
    if (to !== null) entries[to]?.focus();
    else if (key === "Escape") this.leave(focused);
    else if (key === "ArrowLeft") this.collapse(focused);
    else if (key === "ArrowRight") this.expand(focused);
    else if (key === "Enter" || blank) this.press(focused, blank);
    else if (key.length === 1) this.type(key, timeStamp, entries, at);
    else return false;
    return true;
  }

  private type(key: string, now: number, entries: readonly HTMLElement[], at: number): void {
    const direct = entries.find(element => element.getAttribute("aria-keyshortcuts") === key);
    if (direct) return this.press(direct, false);
    const labels = entries.map(element => element.firstElementChild?.textContent ?? "");
    entries[this.typeahead.typed(key, labels, at, now)]?.focus();
  }

  private press(element: HTMLElement, stay: boolean): void {
    this.presses.get(element)?.(stay);
    // Keys go on to the choices that were displayed.
    if (element.getAttribute("aria-expanded") === "true") expandChoices(element)?.focus();
  }

  private expand(element: HTMLElement): void {
    if (!element.hasAttribute("aria-expanded") || element.hasAttribute("aria-disabled")) return;
    expandChoices(element)?.focus();
  }

  private collapse(element: HTMLElement): boolean {
    const opener = collapseChoices(element);
    opener?.focus();
    return opener !== null;
  }

  private leave(focused: HTMLElement): void {
    if (!this.collapse(focused)) this.close(true);
  }

  private readonly onClick = (event: MouseEvent): void => {
    const element = (event.target as Element).closest<HTMLElement>('[role^="menuitem"]');
    if (element) this.press(element, true);
  };

  private readonly onPointer = (event: Event): void => {
    const target = event.target as Node;
    if (!this.list.contains(target) && !this.options.anchor.contains(target)) this.close();
  };

  private readonly onFocusOut = ({relatedTarget}: FocusEvent): void => {
    if (relatedTarget && !this.list.contains(relatedTarget as Node)) this.close();
  };
}
