/** The way into the history: loads the panel on first use, and lays it over the code. */
import type {Api} from "./api";
import {button} from "./dom";
import type {HistoryOptions, HistoryPanel} from "./history";

type Module = typeof import("./history");

export interface HistoryButtonOptions extends Omit<HistoryOptions, "onClose"> {
  readonly api: Api;
  /** What the panel covers; it is out of reach as long. */
  readonly cover: HTMLElement;
}

export interface HistoryButton {
  readonly element: HTMLButtonElement;
  destroy(): void;
}

let tries = 0;

export function historyButton(options: HistoryButtonOptions): HistoryButton {
  const {cover, announce} = options;
  let panel: HistoryPanel | null = null;
  let loading = false;
  let gone = false;
  const element = button("History", () => void press(), "pairedit-history-button");
  element.title = "Any version of the code, who changed it, and the way back";
  pressed(false);

  function pressed(yes: boolean): void {
    element.setAttribute("aria-expanded", String(yes));
  }

  async function press(): Promise<void> {
    if (panel) return panel.close();
    if (loading) return;
    loading = true;
    try {
      const {openHistory} = await load();
      if (gone) return;
      panel = openHistory({...options, onClose: closed});
      cover.inert = true;
      cover.after(panel.element);
      pressed(true);
      panel.focus();
    } catch {
      announce("The history could not be loaded from the Jupyter server.");
      element.title = "The history could not be loaded from the Jupyter server; press to try again";
    } finally {
      loading = false;
    }
  }

  function closed(): void {
    panel = null;
    cover.inert = false;
    pressed(false);
    if (!gone) element.focus();
  }

  return {
    element,
    destroy() {
      gone = true;
      panel?.close();
    },
  };
}

/** Rejects when the server does not give the panel. */
async function load(): Promise<Module> {
  // Browsers remember an import that failed by its address.
  const query = tries++ ? `?try=${tries}` : "";
  const module = (await import(new URL(`history.js${query}`, import.meta.url).href)) as Module;
  tries = 0;
  return module;
}
