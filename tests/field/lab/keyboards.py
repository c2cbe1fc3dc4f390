"""Keyboards of other systems and countries, in the browser of this one."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import BrowserContext

from tests.e2e.editing import Editor

ALT, CTRL, SHIFT = 1, 2, 8  # as the DevTools protocol counts them
MAC, WINDOWS, LINUX = "MacIntel", "Win32", "Linux x86_64"


def pretend(context: BrowserContext, platform: str) -> None:
    """Let the pages of ``context`` take their system for another one."""
    get = f"{{get: () => {platform!r}}}"
    context.add_init_script(f"Object.defineProperty(navigator, 'platform', {get})")


class Keyboard:
    """Types characters as a layout does: with the keys that it has them on."""

    def __init__(self, editor: Editor) -> None:
        self.page = editor.page
        self.session = self.page.context.new_cdp_session(self.page)

    def type(self, character: str, code: str, key_code: int, held: int) -> None:
        """Press the key ``code`` while ``held`` are held, which types ``character``."""
        key: dict[str, Any] = {
            "key": character,
            "code": code,
            "windowsVirtualKeyCode": key_code,
            "modifiers": held,
        }
        down = {"type": "keyDown", "text": character, "unmodifiedText": character}
        self.session.send("Input.dispatchKeyEvent", key | down)
        self.session.send("Input.dispatchKeyEvent", key | {"type": "keyUp"})

    def is_taken(self, character: str, code: str, key_code: int, held: int) -> bool:
        """Whether the editor takes the key, so that no character arrives."""
        return bool(
            self.page.evaluate(
                """([key, code, keyCode, held]) => {
                  const event = new KeyboardEvent("keydown", {
                    key, code, keyCode, bubbles: true, cancelable: true,
                    altKey: !!(held & 1), ctrlKey: !!(held & 2), shiftKey: !!(held & 8),
                  });
                  return !document.activeElement.dispatchEvent(event);
                }""",
                [character, code, key_code, held],
            )
        )
