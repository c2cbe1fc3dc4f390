"""Runs of a room's code, as people use them in a page."""

from __future__ import annotations

from playwright.sync_api import expect

from .editing import Editor

SLOW = 60_000  # milliseconds, for the start of a kernel


class RunView:
    """The run button, the output and the questions of an editor."""

    def __init__(self, editor: Editor) -> None:
        self.editor = editor
        root = editor.root
        self.button = root.locator(".pairedit-run-button")
        self.panel = root.locator(".pairedit-run")
        self.state = root.locator(".pairedit-run-state")
        self.outputs = root.locator(".pairedit-outputs")
        self.question = root.locator(".pairedit-question")
        self.unread = root.locator(".pairedit-unread")
        self.bar = root.locator(".pairedit-run-question")
        self.kernels = root.locator(".pairedit-run-kernel")
        self.problem = root.locator(".pairedit-run-problem")

    def start(self) -> None:
        """Press Run in a room without a kernel, and start one."""
        self.button.click()
        kernel = self.editor.root.locator(".pairedit-kernel").first
        kernel.click()

    def shows(self, state: str, text: str) -> None:
        """Wait until the run is in a state and its output has a text."""
        expect(self.state).to_contain_text(state, timeout=SLOW)
        expect(self.outputs).to_contain_text(text, timeout=SLOW)


def switch(editor: Editor, label: str) -> None:
    """Switch something of the room in the menu Room."""
    editor.root.get_by_role("button", name="Room", exact=True).click()
    item = editor.page.get_by_role("menuitemcheckbox", name=label)
    before = item.get_attribute("aria-checked")
    item.click()
    expect(item).to_have_attribute("aria-checked", str(before != "true").lower())
    editor.press("Escape")
