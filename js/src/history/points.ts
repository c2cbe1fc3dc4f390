/**
 * Restore points: versions with a name. Markers above the slider, a menu to choose from, and a form
 * that names the displayed version. Beside them, the size of the history.
 */
import {button, h, menu, onEscape, setText} from "../ui/dom";
import {colourClass, isolated, plain, titled} from "../ui/names";
import type {HistoryRoutes, RestorePoint} from "../wire/history";
import {Lengths} from "../wire/protocol.gen";
import {sizeLabel} from "./labels";

export interface PointsOptions {
  readonly routes: HistoryRoutes;
  readonly mayWrite: () => boolean;
  /** Displays a version. */
  readonly go: (version: number) => void;
  readonly announce: (sentence: string) => void;
  readonly displayError: (error: unknown) => void;
}

export function pointsBar(options: PointsOptions) {
  const {routes, go, announce, displayError} = options;
  let points: RestorePoint[] = [];
  let version: number | null = null;
  let head = 0;
  let markerOf = new Map<number, HTMLElement>();

  const markers = h("div", {class: "pairedit-flags"});
  const list = menu([], {class: "pairedit-points", "aria-label": "Go to a restore point"});
  const name = h("span", {class: "pairedit-named"});
  const rename = button("Name this version", edit);
  const remove = button("Remove name", () => void change(remove, removeName));
  const size = h("span", {class: "pairedit-size"});
  const field = h("input", {
    type: "text",
    class: "pairedit-name-field",
    maxlength: String(Lengths.POINT),
    placeholder: "A name, such as “before the rewrite”",
    "aria-label": "Name of this version",
  });
  const save = h("button", {type: "submit", class: "pairedit-button", text: "Save name"});
  const form = h("form", {class: "pairedit-naming"}, field, save, button("Cancel", endEditing));
  const element = h("div", {class: "pairedit-point-row"}, list, name, rename, remove, form, size);
  rename.title = "A version with a name is never merged with others";
  form.hidden = true;

  const current = (): RestorePoint | undefined => points.find(each => each.version === version);

  function draw(): void {
    const point = current();
    const editable = options.mayWrite();
    const editing = !form.hidden;
    list.hidden = editing || !points.length;
    // While a version is being read, the menu keeps its value, so that arrow keys go on from there.
    if (version !== null) list.value = point ? String(version) : "";
    name.hidden = editing || !point;
    setText(name, point ? `“${isolated(point.name)}”` : "");
    setText(rename, point ? "Rename" : "Name this version");
    rename.hidden = editing || !editable;
    rename.disabled = version === null;
    remove.hidden = editing || !editable || !point;
    for (const [at, marker] of markerOf) {
      if (at === version) marker.setAttribute("aria-current", "true");
      else marker.removeAttribute("aria-current");
    }
  }

  function drawMarkers(): void {
    const reached = points.filter(each => each.version <= head);
    markerOf = new Map(reached.map(each => [each.version, markerFor(each)]));
    markers.replaceChildren(...markerOf.values());
  }

  function markerFor(point: RestorePoint): HTMLElement {
    const label = `${isolated(point.name)}, version ${point.version}`;
    const style = `pairedit-flag-mark ${colourClass(point.color)}`;
    const marker = button("", () => go(point.version), style);
    marker.title = titled(label);
    marker.setAttribute("aria-label", `Go to ${plain(label)}`);
    marker.style.left = `${head ? (100 * point.version) / head : 0}%`;
    // The menu is for the keyboard: nobody wants to press Tab a hundred times.
    marker.tabIndex = -1;
    return marker;
  }

  function edit(): void {
    field.value = current()?.name ?? "";
    form.hidden = false;
    draw();
    field.focus();
    field.select();
  }

  function endEditing(): void {
    form.hidden = true;
    draw();
    rename.focus();
  }

  async function saveName(): Promise<void> {
    if (version === null || !field.value.trim()) return;
    const point = await routes.setPoint(version, field.value);
    announce(`Version ${point.version} is now “${point.name}”.`);
    endEditing();
    await load();
  }

  async function removeName(): Promise<void> {
    const point = current();
    if (!point) return;
    await routes.deletePoint(point.version);
    announce(`“${point.name}” is no longer a restore point.`);
    await load();
    rename.focus();
  }

  async function change(press: HTMLButtonElement, perform: () => Promise<void>): Promise<void> {
    press.disabled = true;
    await perform().catch(displayError);
    press.disabled = false;
  }

  /** Reads the points and the size from the server. */
  async function load(): Promise<void> {
    try {
      const [found, used] = await Promise.all([routes.points(), routes.size()]);
      points = found;
      const choices = points.map(each => {
        const text = titled(`${isolated(each.name)} (version ${each.version})`);
        return h("option", {value: String(each.version), translate: "no", text});
      });
      list.replaceChildren(
        h("option", {value: "", text: `Restore points (${points.length})`}),
        ...choices,
      );
      drawMarkers();
      setText(size, `History: ${sizeLabel(used)}`);
      size.title = `${used.revisions} entries. When the history is full, the oldest are merged.`;
      element.toggleAttribute("data-full", used.bytes >= used.limit);
      draw();
    } catch (error) {
      displayError(error);
    }
  }

  list.addEventListener("change", () => {
    if (list.value) go(Number(list.value));
  });
  form.addEventListener("submit", event => {
    event.preventDefault();
    void change(save, saveName);
  });
  onEscape(form, endEditing);
  draw();
  return {
    /** The row with the menu and the form. */
    element,
    /** To be placed over the slider. */
    markers,
    load,
    /** Sets the displayed version; null while it is being read. */
    update(shown: number | null, newest: number) {
      if (shown !== version) form.hidden = true;
      version = shown;
      if (newest !== head) {
        head = newest;
        drawMarkers();
      }
      draw();
    },
  };
}
