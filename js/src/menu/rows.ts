/** The elements of a menu's items. They are no buttons: JupyterLab gets some keys of buttons. */
import {h, setText} from "../ui/dom";
import {Rows} from "../ui/rows";
import type {Row} from "../ui/rows";
import type {MenuAction, MenuCheck, MenuChoice, MenuItem} from "./items";

/** What rows do in their menu. */
export interface RowHost {
  /** Closes the menu, with the focus on its button. */
  close(): void;
  /** Displays the items as they are now. */
  update(): void;
  /** Sets what a press of an element does; `stay` is whether the menu stays open if it can. */
  onPress(element: HTMLElement, press: (stay: boolean) => void): void;
}

/** Identifies an item among those of its menu. */
export interface KeyedItem {
  readonly id: string;
  readonly item: MenuItem;
}

export function itemRow({item}: KeyedItem, host: RowHost): Row<KeyedItem> {
  switch (item.kind) {
    case "line":
      return {element: h("div", {role: "separator"}), update() {}};
    case "choice":
      return choiceRow(host);
    default:
      return pressRow(item, host);
  }
}

function entry(role: string) {
  const label = h("span", {class: "pairedit-menu-label"});
  const detail = h("span", {class: "pairedit-menu-detail"});
  return {label, detail, element: h("div", {role, tabindex: "-1"}, label, detail)};
}

function setDisabled(element: HTMLElement, disabled: boolean): void {
  if (disabled) element.setAttribute("aria-disabled", "true");
  else element.removeAttribute("aria-disabled");
}

function pressRow(first: MenuAction | MenuCheck, host: RowHost): Row<KeyedItem> {
  const {element, label, detail} = entry(first.kind === "check" ? "menuitemcheckbox" : "menuitem");
  let item = first;
  host.onPress(element, stay => {
    if (item.disabled) return;
    if (item.kind === "action" || !stay) host.close();
    if (item.kind === "action") return item.run();
    item.toggle();
    host.update();
  });
  return {
    element,
    update({item: now}) {
      item = now as MenuAction | MenuCheck;
      setText(label, item.label);
      const key = item.kind === "action" ? item.key : undefined;
      setText(detail, item.disabled ?? key ?? "");
      setDisabled(element, item.disabled !== undefined);
      if (key) element.setAttribute("aria-keyshortcuts", key);
      if (item.kind === "check") element.setAttribute("aria-checked", String(item.checked));
    },
  };
}

function choiceRow(host: RowHost): Row<KeyedItem> {
  const {element: opener, label, detail} = entry("menuitem");
  const group = h("div", {role: "group"});
  const expanded = (): boolean => opener.getAttribute("aria-expanded") === "true";
  let item: MenuChoice;
  const choices = new Rows<readonly [string, string]>(
    group,
    ([value]) => value,
    ([value]) => radioRow(() => item, value, host),
  );
  setExpanded(opener, group, false);
  host.onPress(opener, () => {
    if (!item.disabled) setExpanded(opener, group, !expanded());
  });
  return {
    element: h("div", {role: "none"}, opener, group),
    update({item: now}) {
      item = now as MenuChoice;
      setText(label, item.label);
      const chosen = item.choices.find(([value]) => value === item.value);
      setText(detail, item.disabled ?? chosen?.[1] ?? item.value);
      setDisabled(opener, item.disabled !== undefined);
      group.setAttribute("aria-label", item.label);
      choices.update(item.choices);
    },
  };
}

function radioRow(
  item: () => MenuChoice,
  value: string,
  host: RowHost,
): Row<readonly [string, string]> {
  const {element, label} = entry("menuitemradio");
  host.onPress(element, stay => {
    if (!stay) host.close();
    item().choose(value);
    host.update();
  });
  return {
    element,
    update([, text]) {
      setText(label, text);
      element.setAttribute("aria-checked", String(item().value === value));
    },
  };
}

function setExpanded(opener: HTMLElement, group: HTMLElement, expanded: boolean): void {
  opener.setAttribute("aria-expanded", String(expanded));
  group.hidden = !expanded;
}

/** Displays the choices of an item. Returns the chosen one, or the first. */
export function expandChoices(opener: HTMLElement): HTMLElement | null {
  const group = opener.nextElementSibling as HTMLElement;
  setExpanded(opener, group, true);
  const first = group.firstElementChild as HTMLElement | null;
  return group.querySelector<HTMLElement>('[aria-checked="true"]') ?? first;
}

/** Hides the choices around an element. Returns their item, or null if none are displayed. */
export function collapseChoices(element: HTMLElement): HTMLElement | null {
  const parent = element.parentElement;
  const inside = parent?.getAttribute("role") === "group";
  const opener = inside ? (parent.previousElementSibling as HTMLElement) : element;
  if (opener.getAttribute("aria-expanded") !== "true") return null;
  setExpanded(opener, opener.nextElementSibling as HTMLElement, false);
  return opener;
}
