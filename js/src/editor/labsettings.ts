/** How code is displayed in the notebook around a widget, read from JupyterLab's settings. */
import {readPreferences} from "../ui/preferences";
import type {SomePreferences} from "../ui/preferences";
import {underWay} from "../ui/timing";
import {labSettingsUrl} from "../wire/jupyter";

/** The settings of all editors, and those of a notebook's cells, which win. */
const SOURCES = [
  ["@jupyterlab/codemirror-extension:plugin", "defaultConfig"],
  ["@jupyterlab/notebook-extension:tracker", "codeCellConfig"],
] as const;

type Settings = Readonly<Record<string, unknown>>;

/**
 * The preferences in JupyterLab's configurations of its editors, of which the later ones win. What the
 * person has not set there is missing. JupyterLab has no key map of its own.
 */
export function preferencesOf(configurations: readonly unknown[]): SomePreferences {
  const all = configurations
    .filter(isSettings)
    .reduce<Settings>((before, each) => ({...before, ...each}), {});
  const styles = isSettings(all.customStyles) ? all.customStyles : {};
  return readPreferences({wrap: all.lineWrap, tabSize: all.tabSize, fontSize: styles.fontSize});
}

function isSettings(value: unknown): value is Settings {
  return typeof value === "object" && value !== null;
}

async function configuration(
  url: string,
  [plugin, name]: (typeof SOURCES)[number],
): Promise<unknown> {
  const answer = await fetch(`${url}/${plugin}`, {credentials: "same-origin"});
  if (!answer.ok) return null;
  const {settings} = (await answer.json()) as {settings?: Settings};
  return settings?.[name];
}

/**
 * Calls `apply` with the notebook's preferences now, and again when the person comes back to the
 * editor in `root`, maybe from the settings. Returns the function that ends it.
 */
export function followLabSettings(
  root: HTMLElement,
  apply: (preferences: SomePreferences) => void,
): () => void {
  const url = labSettingsUrl(document, location);
  if (url === null) return () => {};
  let ended = false;
  const read = underWay(async () => {
    try {
      const found = await Promise.all(SOURCES.map(source => configuration(url, source)));
      if (!ended) apply(preferencesOf(found));
    } catch {
      // Without an answer, the code is displayed as before.
    }
  });
  const onFocus = ({relatedTarget}: FocusEvent): void => {
    if (!root.contains(relatedTarget as Node | null)) void read();
  };
  root.addEventListener("focusin", onFocus);
  void read();
  return () => {
    ended = true;
    root.removeEventListener("focusin", onFocus);
  };
}
