/** What a person prefers, and where it is kept. */
import assert from "node:assert/strict";
import {test} from "node:test";
import {PreferenceStore, readPreferences} from "../../src/ui/preferences";

const KEY = "pairedit:code";

/** The storage of a browser, shared by its pages. */
class FakeBrowser {
  readonly items = new Map<string, string>();
  readonly listeners: ((key: string | null) => void)[] = [];

  page(): PreferenceStore {
    const {items} = this;
    return new PreferenceStore({
      storage: () => ({
        getItem: key => items.get(key) ?? null,
        setItem: (key, value) => void items.set(key, value),
        removeItem: key => void items.delete(key),
      }),
      onStorage: callback => void this.listeners.push(callback),
    });
  }

  /** Reports to the pages that one of them changed an item. */
  changed(key: string | null): void {
    for (const listener of this.listeners) listener(key);
  }
}

test("what is chosen is kept for the next page", () => {
  const browser = new FakeBrowser();
  browser.page().choose({wrap: true});
  const next = browser.page();
  next.choose({keymap: "vim"});
  assert.deepEqual(browser.page().own, {wrap: true, keymap: "vim"});
});

test("a reset leaves nothing behind", () => {
  const browser = new FakeBrowser();
  const store = browser.page();
  store.choose({fontSize: 20});
  store.reset();
  assert.deepEqual(store.own, {});
  assert.equal(browser.items.size, 0);
});

test("all editors of a page are called after a change", () => {
  const store = new FakeBrowser().page();
  let calls = 0;
  const end = store.subscribe(() => calls++);
  store.choose({tabSize: 8});
  end();
  store.choose({tabSize: 2});
  assert.equal(calls, 1);
});

test("another page's change is followed, another item's is not", () => {
  const browser = new FakeBrowser();
  const store = browser.page();
  assert.deepEqual(store.own, {});
  browser.items.set(KEY, '{"wrap": true}');
  browser.changed("something else");
  assert.deepEqual(store.own, {});
  browser.changed(KEY);
  assert.deepEqual(store.own, {wrap: true});
  browser.items.clear();
  browser.changed(null);
  assert.deepEqual(store.own, {});
});

test("a page without storage keeps the choice for itself", () => {
  const store = new PreferenceStore({
    storage: () => {
      throw new DOMException("The document is sandboxed", "SecurityError");
    },
    onStorage: () => undefined,
  });
  assert.deepEqual(store.own, {});
  store.choose({wrap: true});
  assert.deepEqual(store.own, {wrap: true});
  store.reset();
  assert.deepEqual(store.own, {});
});

test("what lies in the storage is taken only if it is valid", () => {
  const browser = new FakeBrowser();
  for (const text of ["", "{", "null", "[]", '"x"', '{"wrap": 1, "keymap": "nano"}']) {
    browser.items.set(KEY, text);
    assert.deepEqual(browser.page().own, {}, text);
  }
  assert.deepEqual(readPreferences({fontSize: null, tabSize: 8, more: 1}), {
    fontSize: null,
    tabSize: 8,
  });
  for (const fontSize of [0, 5, 73, NaN, Infinity, "13"]) {
    assert.deepEqual(readPreferences({fontSize}), {});
  }
  for (const tabSize of [0, 17, 2.5, null]) assert.deepEqual(readPreferences({tabSize}), {});
});
