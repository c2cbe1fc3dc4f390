"""The menu “Code” of an editor, and axe-core."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from playwright.sync_api import Locator, Page, expect

from .editing import Editor

_AXE = Path(__file__).parents[2] / "js" / "node_modules" / "axe-core" / "axe.min.js"


class CodeMenu:
    """The menu “Code” of an editor, used with the keyboard."""

    def __init__(self, editor: Editor) -> None:
        self.editor = editor
        self.page = editor.page
        self.button = editor.root.get_by_role("button", name="Code", exact=True)
        self.menu = editor.root.get_by_role("menu", name="Code")
        self.notice = editor.root.locator(".pairedit-file")

    def open(self) -> CodeMenu:
        """Open it with the arrow key."""
        self.button.press("ArrowDown")
        expect(self.menu).to_be_visible()
        return self

    def item(self, label: str) -> Locator:
        """Return an item by the start of its label."""
        items = self.menu.locator('[role^="menuitem"]')
        return items.filter(has=self.page.get_by_text(label, exact=True)).first

    def go(self, label: str) -> Locator:
        """Type the first word of an item, which gives it the focus. Return it."""
        # After a pause, as on a busy machine, a blank would press the item.
        self.page.keyboard.type(label.split()[0])
        item = self.item(label)
        expect(item).to_be_focused()
        return item

    def perform(self, label: str) -> None:
        """Open the menu, go to an item and press Enter."""
        self.open().go(label)
        self.page.keyboard.press("Enter")

    def choose(self, label: str, choice: str) -> None:
        """Choose a value of an item."""
        self.perform(label)
        radio = self.menu.get_by_role("menuitemradio", name=choice, exact=True)
        self.page.keyboard.type(choice.split()[0])
        expect(radio).to_be_focused()
        self.page.keyboard.press("Enter")
        expect(self.menu).to_have_count(0)
        expect(self.button).to_be_focused()

    def open_file(self, name: str, content: bytes) -> None:
        """Choose a file to open."""
        with self.page.expect_file_chooser() as chosen:
            self.perform("Open a file…")
        file = {"name": name, "mimeType": "text/plain", "buffer": content}
        chosen.value.set_files(cast(Any, file))


def findings(page: Page, within: str = ".pairedit") -> list[str]:
    """Return what axe-core finds within the elements of a selector."""
    page.evaluate(_AXE.read_text("utf-8"))
    found = page.evaluate(
        """async within => (await axe.run(within)).violations.map(
          ({id, help, nodes}) => `${id}: ${help}: ${nodes.map(each => each.html)}`
        )""",
        within,
    )
    return cast(list[str], found)
