/** A list with one row per item. */

export interface Row<Item> {
  readonly element: HTMLElement;
  update(item: Item): void;
  destroy?(): void;
}

/** Keeps the rows of the items that stay, so that what has the focus keeps it. */
export class Rows<Item> {
  private readonly rows = new Map<string, Row<Item>>();

  constructor(
    private readonly list: HTMLElement,
    private readonly idOf: (item: Item) => string,
    private readonly make: (item: Item) => Row<Item>,
  ) {}

  /** Displays `items` in their order. Returns whether a row that had the focus was removed. */
  update(items: readonly Item[]): boolean {
    const focused = this.list.contains(document.activeElement);
    const ids = new Set(items.map(this.idOf));
    for (const id of this.rows.keys()) if (!ids.has(id)) this.remove(id);
    items.forEach((item, index) => {
      const id = this.idOf(item);
      const row = this.rows.get(id) ?? this.make(item);
      this.rows.set(id, row);
      row.update(item);
      const there = this.list.children[index] ?? null;
      if (there !== row.element) this.list.insertBefore(row.element, there);
    });
    return focused && !this.list.contains(document.activeElement);
  }

  destroy(): void {
    for (const id of this.rows.keys()) this.remove(id);
  }

  private remove(id: string): void {
    this.rows.get(id)?.destroy?.();
    this.rows.get(id)?.element.remove();
    this.rows.delete(id);
  }
}
