"""The menu of names: the names that the code has, for everybody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browsing import SignIn
from tests.jupyter import Server

from .codemenu import CodeMenu
from .editing import Editor, RoomPage, new_room, suggest
from .guests import GuestPage, invite

CODE = "alpha = 1\ndef alphabet(beta): pass\nx = object()\nx.gamma = 2\n"


class Names:
    """The menu of names of an editor."""

    def __init__(self, editor: Editor) -> None:
        self.editor = editor
        self.menu = editor.root.locator(".cm-tooltip-autocomplete")
        self.options = self.menu.get_by_role("option")
        self.selected = self.menu.locator("[aria-selected]")

    def open(self, *labels: str) -> Names:
        """Press Ctrl-Space. Wait for exactly these names."""
        self.editor.press("Control+Space")
        return self.lists(*labels)

    def lists(self, *labels: str) -> Names:
        """Wait for exactly these names."""
        expect(self.options).to_have_count(len(labels))
        shown = self.menu.locator(".cm-completionLabel")
        expect(shown).to_have_text(list(labels))
        return self


@pytest.fixture
def guest(lab: Server, visit: Callable[[], Page]) -> GuestPage:
    """A guest in a room with code."""
    room_id = new_room(lab, CODE)
    page = GuestPage(visit(), invite(lab, room_id, role="edit")["url"]).enter("Bob")
    page.highlights("python")
    page.click()
    return page


def test_a_guest_has_the_names_of_the_code_and_no_kernel_is_asked(
    guest: GuestPage,
) -> None:
    asked: list[str] = []
    guest.page.on("request", lambda request: asked.append(request.url))
    guest.type("al")
    names = Names(guest).open("alpha", "alphabet")
    expect(names.selected).to_have_text("alpha")
    guest.press("ArrowDown")
    expect(names.selected).to_contain_text("alphabet")
    guest.press("Enter")
    guest.shows(CODE + "alphabet")
    expect(names.menu).to_have_count(0)
    guest.type("\nalp")
    names.open("alpha", "alphabet")
    guest.type("hab")
    expect(names.options).to_have_count(1)
    guest.press("Tab")
    guest.shows(CODE + "alphabet\nalphabet")
    guest.press("Tab")
    guest.shows(CODE + "alphabet\nalphabet    ")
    guest.type("x.")
    names.open("gamma")
    guest.press("Escape")
    expect(names.menu).to_have_count(0)
    guest.press("Control+Shift+Space")
    expect(guest.live).to_have_text("Nothing is known about this.")
    assert [url for url in asked if "/kernel" in url] == []
    assert any(url.endswith("names.js") for url in asked)


def test_a_typed_dot_opens_the_menu_where_the_setting_is_on(guest: GuestPage) -> None:
    names = Names(guest)
    CodeMenu(guest).perform("Names after a dot")
    guest.click().type("# x.")
    guest.press("Enter")
    guest.type("x.")
    expect(names.options).to_have_text(["gamma"])
    guest.press("Enter")
    guest.shows(CODE + "# x.\nx.gamma")


def test_the_menu_hides_the_suggestion_and_esc_closes_the_menu_first(
    ann: RoomPage,
) -> None:
    completer = suggest(ann, "value = ", " ghost")
    names = Names(ann).open("value")
    expect(ann.ghost).to_have_count(0)
    ann.press("Control+Shift+Enter", "Alt+End")
    ann.press("Escape")
    expect(names.menu).to_have_count(0)
    expect(ann.ghost).to_have_text(" ghost")
    assert len(completer.questions) == 1
    ann.press("Escape")
    expect(ann.ghost).to_have_count(0)
    ann.shows("value = ")


def test_the_menu_follows_the_changes_of_others_and_closes_in_its_own_line(
    lab: Server, sign_in: SignIn
) -> None:
    room_id = new_room(lab, "alpha = 1\n", limit=5)
    ann, bob = (RoomPage(sign_in(lab).new_page(), room_id).ready() for _ in range(2))
    for editor in (ann, bob):
        editor.highlights("python")
    ann.click().type("  al")
    names = Names(ann).open("alpha")
    bob.holds("  al")
    bob.content.click()
    bob.press("Control+Home").type("# one\n# two\n")
    ann.holds("# two")
    expect(names.options).to_have_count(1)
    ann.press("Enter")
    ann.shows("# one\n# two\nalpha = 1\n  alpha")
    ann.press("Backspace")
    names.open("alpha")
    bob.press("Control+End", "Home", "ArrowLeft").type("y")
    ann.holds(" y alph")
    expect(names.menu).to_have_count(0)


@pytest.mark.parametrize("keymap", ["Vim", "Emacs"])
def test_in_other_key_maps_the_open_menu_has_its_keys(
    ann: RoomPage, keymap: str
) -> None:
    ann.ready().click().type("alpha = 1\nalphabet = 2\n")
    CodeMenu(ann).choose("Key map", keymap)
    ann.click()
    if keymap == "Vim":
        ann.press("A")
        ann.type("al").press("Control+Space")
    else:
        ann.type("al").press("Alt+/")
    names = Names(ann)
    expect(names.options).to_have_count(2)
    ann.press("Escape")
    expect(names.menu).to_have_count(0)
    ann.type("p")
    ann.press("Control+Space" if keymap == "Vim" else "Alt+/")
    expect(names.options).to_have_count(2)
    ann.press("ArrowDown", "Enter")
    ann.shows("alpha = 1\nalphabet = 2\nalphabet")
