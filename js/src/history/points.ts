/**
 * Restore points: versions with a name. Flags along the room's life, a list to choose from, and
 * naming what is shown; beside it, how much of its space the history takes.
 */
import {button, h, setText} from "../ui/dom";
import {colourClass} from "../ui/names";
import type {HistoryRoutes, RestorePoint} from "../wire/history";
import {taken} from "./words";

/** As many characters as the server takes. */
const LONGEST = 80;

export interface PointsOptions {
  readonly routes: HistoryRoutes;
  readonly mayWrite: () => boolean;
  /** Shows a version. */
  readonly go: (version: number) => void;
  readonly announce: (sentence: string) => void;
  readonly fail: (error: unknown) => void;
}

export interface PointsBar {
  /** The row below the facts. */
  readonly element: HTMLElement;
  /** Lies over the slider: a flag for each point. */
  readonly flags: HTMLElement;
  /** Reads points and sizes from the server. */
  load(): Promise<void>;
  /** Which version is shown now; null while it is read. */
  show(version: number | null, head: number): void;
}

export function pointsBar(options: PointsOptions): PointsBar {
  const {routes, go, announce, fail} = options;
  let points: RestorePoint[] = [];
  let version: number | null = null;
  let head = 0;
  let flagOf = new Map<number, HTMLElement>();

  const flags = h("div", {class: "pairedit-flags"});
  const list = h("select", {class: "pairedit-points", "aria-label": "Go to a restore point"});
  const named = h("span", {class: "pairedit-named", dir: "auto"});
  const name = button("Name this version", edit);
  const remove = button("Remove name", () => void forget());
  const size = h("span", {class: "pairedit-size"});
  const field = h("input", {
    type: "text",
    class: "pairedit-name-field",
    maxlength: String(LONGEST),
    placeholder: "A name, such as “before the rewrite”",
    "aria-label": "Name of this version",
  });
  const save = h("button", {type: "submit", class: "pairedit-button", text: "Save name"});
  const form = h("form", {class: "pairedit-naming"}, field, save, button("Cancel", leave));
  const element = h("div", {class: "pairedit-point-row"}, list, named, name, remove, form, size);
  name.title = "A version with a name is kept as it is, however old it gets";
  form.hidden = true;

  function here(): RestorePoint | undefined {
    return points.find(each => each.version === version);
  }

  function draw(): void {
    const point = here();
    const may = options.mayWrite();
    const naming = !form.hidden;
    list.hidden = naming || !points.length;
    // While a version is read, the list stays at it: arrow keys go on from there.
    if (version !== null) list.value = point ? String(version) : "";
    named.hidden = naming || !point;
    setText(named, point ? `“${point.name}”` : "");
    setText(name, point ? "Rename" : "Name this version");
    name.hidden = naming || !may;
    name.disabled = version === null;
    remove.hidden = naming || !may || !point;
    for (const [at, each] of flagOf) {
      if (at === version) each.setAttribute("aria-current", "true");
      else each.removeAttribute("aria-current");
    }
  }

  function fill(): void {
    list.replaceChildren(
      h("option", {value: "", text: `Restore points (${points.length})`}),
      ...points.map(each =>
        h("option", {value: String(each.version), text: `${each.name} (version ${each.version})`}),
      ),
    );
    plant();
  }

  function plant(): void {
    const grown = points.filter(each => each.version <= head);
    flagOf = new Map(grown.map(each => [each.version, flag(each)]));
    flags.replaceChildren(...flagOf.values());
  }

  function flag(point: RestorePoint): HTMLElement {
    const label = `${point.name}, version ${point.version}`;
    const element = button("", () => go(point.version), `pairedit-flag-mark ${colourClass(point.color)}`);
    element.title = label;
    element.setAttribute("aria-label", `Go to ${label}`);
    element.style.left = `${head ? (100 * point.version) / head : 0}%`;
    // The list is the way for the keyboard: a hundred flags are none.
    element.tabIndex = -1;
    return element;
  }

  function edit(): void {
    field.value = here()?.name ?? "";
    form.hidden = false;
    draw();
    field.focus();
    field.select();
  }

  function leave(): void {
    form.hidden = true;
    draw();
    name.focus();
  }

  async function keep(): Promise<void> {
    if (version === null || !field.value.trim()) return;
    save.disabled = true;
    try {
      const point = await routes.name(version, field.value);
      announce(`Version ${point.version} is now “${point.name}”.`);
      leave();
      await load();
    } catch (error) {
      fail(error);
    } finally {
      save.disabled = false;
    }
  }

  async function forget(): Promise<void> {
    const point = here();
    if (!point) return;
    remove.disabled = true;
    try {
      await routes.forgetName(point.version);
      announce(`“${point.name}” is no longer a restore point.`);
      await load();
      name.focus();
    } catch (error) {
      fail(error);
    } finally {
      remove.disabled = false;
    }
  }

  async function load(): Promise<void> {
    try {
      const [found, used] = await Promise.all([routes.points(), routes.size()]);
      points = found;
      fill();
      setText(size, `History: ${taken(used)}`);
      size.title = `${used.revisions} entries. When it is full, the oldest are merged.`;
      element.toggleAttribute("data-full", used.bytes >= used.limit);
      draw();
    } catch (error) {
      fail(error);
    }
  }

  list.addEventListener("change", () => {
    if (list.value) go(Number(list.value));
  });
  form.addEventListener("submit", event => {
    event.preventDefault();
    void keep();
  });
  form.addEventListener("keydown", event => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    leave();
  });
  draw();
  return {
    element,
    flags,
    load,
    show(now, newest) {
      if (now !== version && !form.hidden) form.hidden = true;
      version = now;
      if (newest !== head) {
        head = newest;
        plant();
      }
      draw();
    },
  };
}
