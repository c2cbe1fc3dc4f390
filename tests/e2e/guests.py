"""The share panel, and the page of a guest."""

from __future__ import annotations

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.jupyter import Server

from .editing import Editor

VIEWING = "Live · view only"
SOCKET = "**/pairedit/guest/ws"


class SharePanel:
    """The share panel of an editor."""

    def __init__(self, editor: Editor) -> None:
        self.editor = editor
        self.root = editor.root.locator(".pairedit-share")
        self.links = self.root.locator(".pairedit-links > li")
        self.problem = self.root.locator(".pairedit-problem")
        self.made = self.root.locator(".pairedit-made")
        button = editor.root.get_by_role("button", name="Share", exact=True)
        if button.get_attribute("aria-expanded") == "false":
            button.click()
        expect(self.root).to_be_visible()

    def make(self, role: str = "Can edit", label: str = "") -> str:
        """Create a link in the panel. Return it."""
        self.root.get_by_role("radio", name=role).check()
        self.root.get_by_label("Label, optional").fill(label)
        before = self.links.count()
        self.root.get_by_role("button", name="Create link").click()
        expect(self.links).to_have_count(before + 1)
        newest = self.made.get_by_role("listitem").first
        newest.get_by_role("button", name="Show").click()
        link = newest.get_by_role("textbox").input_value()
        newest.get_by_role("button", name="Show").click()
        return link

    def row(self, label: str) -> Locator:
        """Return the row of an active link by its label."""
        return self.links.filter(has_text=label)

    def close(self) -> None:
        """Close it with the keyboard."""
        self.root.get_by_role("button", name="Close").press("Escape")
        expect(self.root).to_have_count(0)


class GuestPage(Editor):
    """The page that a guest link opens."""

    def __init__(self, page: Page, link: str) -> None:
        super().__init__(page)
        self.state = page.locator("#state-head")
        self.reason = page.locator("#state-sentence")
        page.goto(link)

    def join(self, name: str) -> GuestPage:
        """Enter a name and join."""
        self.page.get_by_label("Your name").fill(name)
        self.page.get_by_role("button", name="Join").click()
        return self

    def enter(self, name: str, words: str = "Live · saved") -> GuestPage:
        """Join, and wait until the status is ``words``."""
        self.join(name)
        expect(self.words).to_have_text(words)
        return self


def stranger(browser: Browser) -> BrowserContext:
    """Return a context without cookies. The caller closes it."""
    return browser.new_context()


def invite(server: Server, room_id: str, **wish: object) -> dict[str, str]:
    """Create an invite with the API."""
    made = server.call(f"pairedit/rooms/{room_id}/invites", "POST", wish)
    assert isinstance(made, dict)
    return made


def revoke_all(server: Server, room_id: str) -> None:
    """Revoke all active links of a room."""
    route = f"pairedit/rooms/{room_id}/invites"
    for live in server.call(route)["invites"]:
        server.call(f"{route}/{live['inviteId']}", "DELETE")
