/** The name of `%pairedit me` in the page that ran the cell. */
import assert from "node:assert/strict";
import {test} from "node:test";
import type {GivenName} from "../../../src/hosts/widget/model";
import {followName} from "../../../src/hosts/widget/ownname";

function page(clientId: string | undefined, me: GivenName | null) {
  const listeners = new Map<string, () => void>();
  const kept: string[] = [];
  let given = me;
  const model = {
    get: () => given as never,
    on: (event: string, callback: unknown) => void listeners.set(event, callback as () => void),
    off: (event: string) => void listeners.delete(event),
    ...(clientId && {widget_manager: {kernel: {clientId}}}),
  };
  const follow = (): (() => void) => followName(model, name => kept.push(name));
  const give = (name: GivenName): void => {
    given = name;
    listeners.get("change:_me")?.();
  };
  return {kept, follow, give};
}

test("the page that ran the cell keeps the name, once for all its widgets", () => {
  const first = page("lab", {id: "1", name: "Ann", page: "lab"});
  first.follow();
  const second = page("lab", {id: "1", name: "Ann", page: "lab"});
  const end = second.follow();
  assert.deepEqual([first.kept, second.kept], [["Ann"], []]);
  second.give({id: "2", name: "", page: "lab"});
  end();
  second.give({id: "3", name: "Ben", page: "lab"});
  assert.deepEqual(second.kept, [""]);
});

test("another page, and one that does not say which it is, keep no name", () => {
  for (const clientId of ["other", undefined]) {
    const {kept, follow, give} = page(clientId, {id: "4", name: "Ann", page: "lab"});
    follow();
    give({id: "5", name: "Anna", page: "lab"});
    assert.deepEqual(kept, []);
  }
  page("lab", null).follow();
});
