import assert from "node:assert/strict";
import {test} from "node:test";
import {DEAD_MS, DeadTime} from "../../src/runs/deadtime";
import {Clock} from "../clock";

/** A button that keeps its listeners, and is pressed by keys. */
class Button {
  disabled = false;
  private readonly listeners = new Map<string, (event: Event) => void>();
  addEventListener = ((type: string, listener: (event: Event) => void): void => {
    this.listeners.set(type, listener);
  }) as HTMLButtonElement["addEventListener"];

  focus(timeStamp: number): void {
    this.listeners.get("focus")?.({timeStamp} as Event);
  }

  /** Whether the key presses the button. */
  key(key: string, timeStamp: number): boolean {
    let pressed = true;
    const event = {key, timeStamp, preventDefault: () => (pressed = false)};
    this.listeners.get("keydown")?.(event as unknown as Event);
    return pressed;
  }
}

function guarded(): [Button, Clock, DeadTime] {
  const [button, clock] = [new Button(), new Clock()];
  return [button, clock, new DeadTime([button], clock)];
}

test("a button is disabled until it was in view for 700 ms and all was read", () => {
  const [button, clock, dead] = guarded();
  assert.equal(button.disabled, true);
  clock.pass(10_000);
  dead.read();
  assert.equal(button.disabled, true, "nobody has seen it");
  dead.visible();
  clock.pass(DEAD_MS - 1);
  assert.equal(button.disabled, true);
  clock.pass(1);
  assert.equal(button.disabled, false);
});

test("the whole text has to be read, however long the button is in view", () => {
  const [button, clock, dead] = guarded();
  dead.visible();
  clock.pass(60_000);
  assert.equal(button.disabled, true);
  dead.read();
  assert.equal(button.disabled, false);
});

test("another text disables the button again", () => {
  const [button, clock, dead] = guarded();
  dead.visible();
  dead.read();
  clock.pass(DEAD_MS);
  dead.restart();
  assert.equal(button.disabled, true);
  dead.visible();
  clock.pass(DEAD_MS);
  assert.equal(button.disabled, true);
  dead.read();
  assert.equal(button.disabled, false);
});

test("keys press it only if it has had the focus for that long", () => {
  const [button] = guarded();
  button.focus(5000);
  for (const key of ["Enter", " "]) {
    assert.equal(button.key(key, 5000 + DEAD_MS - 1), false, key);
    assert.equal(button.key(key, 5000 + DEAD_MS), true, key);
  }
  assert.equal(button.key("Tab", 5001), true);
});
