"""The menus Room and Code by keyboard alone, and what axe-core finds in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browsing import SignIn
from tests.jupyter import Server

from .codemenu import findings
from .editing import Editor, NotebookPage, RoomPage, new_room
from .guests import GuestPage, invite

ITEMS = '[role^="menuitem"] >> visible=true'
Hosts = Callable[[str], Editor]


@pytest.fixture
def on_host(lab: Server, sign_in: SignIn, visit: Callable[[], Page]) -> Hosts:
    """Return an editor on a host: a notebook, the room's page, or a guest's page."""

    def on_host(host: str) -> Editor:
        room_id = new_room(lab, "x = 1\n", title="Sorting", limit=3)
        if host == "guest":
            return GuestPage(visit(), invite(lab, room_id)["url"]).enter("Bob")
        if host == "page":
            return RoomPage(sign_in(lab).new_page(), room_id).ready()
        join = f"%load_ext jupyter_pairedit\ned = %pairedit join {room_id}\ned"
        path = lab.write_notebook("menus.ipynb", join)
        notebook = NotebookPage(sign_in(lab).new_page(), path)
        notebook.run(0)
        return notebook.editor().ready()

    return on_host


def walk(editor: Editor, name: str) -> list[str]:
    """Reach a menu by Tab, open it, go through all items and back, and close it.

    Returns the items that had the focus.
    """
    button = editor.root.get_by_role("button", name=name, exact=True)
    editor.root.get_by_role("button").first.focus()
    for _ in range(15):
        if button.evaluate("button => button === document.activeElement"):
            break
        editor.press("Tab")
    expect(button).to_be_focused()
    editor.press("Enter")
    menu = editor.root.get_by_role("menu", name=name)
    items = menu.locator(ITEMS)
    expect(items.first).to_be_focused()
    seen = []
    for item in items.all():
        expect(item).to_be_focused()
        assert item.evaluate("item => getComputedStyle(item).outlineStyle") != "none"
        seen.append(item.inner_text().strip().split("\n")[0])
        editor.press("ArrowDown")
    expect(items.first).to_be_focused()
    editor.press("End")
    expect(items.last).to_be_focused()
    editor.press("Escape")
    expect(menu).to_have_count(0)
    expect(button).to_be_focused()
    return seen


@pytest.mark.parametrize("host", ["notebook", "page", "guest"])
def test_both_menus_are_used_with_the_keyboard_alone(on_host: Hosts, host: str) -> None:
    editor = on_host(host)
    buttons = editor.root.get_by_role("button", name="Room", exact=True)

    code = walk(editor, "Code")

    assert code[:3] == ["Copy all", "Download", "Open a file…"]
    if host == "guest":
        expect(buttons).to_have_count(0)
        return
    assert walk(editor, "Room") == [
        "Rename…",
        "Language",
        "People at a time",
        "Suggestions in this room",
        "Guests may ask to run the code",
        "Guests see all output, also by links to read",
        "Guests see output as HTML",
        "Delete this room…",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("host", ["page", "guest"])
def test_axe_finds_nothing_in_the_open_menus_and_their_choices(
    on_host: Hosts, host: str, scheme: Literal["light", "dark"]
) -> None:
    editor = on_host(host)
    editor.page.emulate_media(color_scheme=scheme)
    opened = ["Code"] if host == "guest" else ["Code", "Room"]

    for name in opened:
        editor.root.get_by_role("button", name=name, exact=True).press("Enter")
        menu = editor.root.get_by_role("menu", name=name)
        expect(menu.locator(ITEMS).first).to_be_focused()
        assert findings(editor.page) == []
        # With the choices of an item, one of which is checked.
        menu.locator('[aria-expanded="false"]').first.press("Enter")
        expect(menu.get_by_role("menuitemradio", checked=True)).to_be_visible()
        assert findings(editor.page) == []
        editor.press("Escape", "Escape")
        expect(menu).to_have_count(0)
