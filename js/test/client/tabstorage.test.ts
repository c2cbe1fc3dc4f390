import assert from "node:assert/strict";
import {test} from "node:test";
import {tabShelf} from "../../src/client/tabstorage";

test("a page that is closed or hidden stores at once, and one that is shown does not", () => {
  const page = Object.assign(new EventTarget(), {visibilityState: "visible"});
  const frame = Object.assign(new EventTarget(), {sessionStorage: {}});
  Object.assign(globalThis, {window: frame, document: page});
  let calls = 0;
  const end = tabShelf()?.onHide(() => calls++);
  const change = (state: string): void => {
    page.visibilityState = state;
    page.dispatchEvent(new Event("visibilitychange"));
  };
  change("hidden");
  assert.equal(calls, 1);
  change("visible");
  assert.equal(calls, 1);
  frame.dispatchEvent(new Event("pagehide"));
  assert.equal(calls, 2);
  end?.();
  change("hidden");
  frame.dispatchEvent(new Event("pagehide"));
  assert.equal(calls, 2);
});
