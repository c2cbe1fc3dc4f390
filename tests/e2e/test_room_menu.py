"""The menu Room: what one person changes, everybody in the room sees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import cast

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browsing import SignIn, running
from tests.jupyter import Server
from tests.postgres import Postgres

from .editing import Editor, RoomPage, new_room
from .guests import GuestPage, invite

Pair = tuple[Server, Server]
WAIT = 12_000
"""Milliseconds: the longest time to the next attempt of a person who waits."""


class RoomMenu:
    """The menu of an editor, used with the keyboard."""

    def __init__(self, editor: Editor) -> None:
        self.editor = editor
        self.button = editor.root.get_by_role("button", name="Room", exact=True)
        self.root = editor.root.get_by_role("menu", name="Room")
        self.title = editor.root.get_by_role("textbox", name="Title of this room")

    def press(self, label: str, choice: str = "") -> None:
        """Open the menu and press an item, and a choice of it."""
        self.button.focus()
        self.editor.press("Enter")
        expect(self.root.get_by_role("menuitem").first).to_be_focused()
        self._press(label)
        if choice:
            self._press(choice)

    def _press(self, label: str) -> None:
        item = self.root.get_by_text(label, exact=True).locator("..")
        for _ in range(40):
            if item.evaluate("item => item === document.activeElement"):
                break
            self.editor.press("ArrowDown")
        expect(item).to_be_focused()
        self.editor.press("Enter")

    def rename(self, title: str) -> None:
        """Type another title."""
        self.press("Rename…")
        expect(self.title).to_be_focused()
        self.title.fill(title)
        self.editor.press("Enter")


def heading(editor: Editor) -> Locator:
    """Return the title on a page."""
    return editor.page.locator("#room-title")


@pytest.fixture(scope="module", params=["one server", "sqlite", "postgresql"])
def pair(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    """The servers of two people: the same one, or two on one database."""
    url = f"sqlite:///{tmp_path_factory.mktemp('menu')}/rooms.db"
    if request.param == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        url = postgres.new_database()
    with running(tmp_path_factory, DATABASE_URL=url) as one:
        if request.param == "one server":
            yield one, one
            return
        with running(tmp_path_factory, DATABASE_URL=url) as two:
            yield one, two


def test_two_see_a_change_and_a_third_who_waits_joins_when_there_is_room(
    pair: Pair, sign_in: SignIn, visit: Callable[[], Page]
) -> None:
    one, two = pair
    room_id = new_room(one, "select 1\n", title="Before", limit=2)
    link = invite(two, room_id)["url"]
    ann = RoomPage(sign_in(one).new_page(), room_id).ready()
    bob = GuestPage(visit(), link).enter("Bob")
    menu = RoomMenu(ann)
    expect(ann.people).to_have_count(2)

    menu.rename("Sorting")
    for editor in (ann, bob):
        expect(heading(editor)).to_have_text("Sorting")
        editor.highlights("python")
    menu.press("Language", "SQL")
    for editor in (ann, bob):
        editor.highlights("sql")
        expect(editor.root.locator(".pairedit-language")).to_have_text("SQL")

    page = visit()
    page.clock.install()
    cem = GuestPage(page, link).join("Cem")
    expect(cem.state).to_have_text("The room is full")
    expect(cem.reason).to_contain_text("you join when there is a seat")
    menu.press("People at a time", "3 people")
    expect(ann.live).to_have_text("The room now takes 3 people at a time.")
    page.clock.fast_forward(WAIT)

    expect(cem.words).to_have_text("Live · saved")
    for editor in (ann, bob, cem):
        expect(editor.people).to_have_count(3)


def test_one_of_two_who_rename_at_once_sees_the_title_of_the_other(
    pair: Pair, sign_in: SignIn
) -> None:
    room_id = new_room(pair[0], "", title="Before", limit=2)
    ann, bob = (
        RoomPage(sign_in(server).new_page(), room_id).ready() for server in pair
    )
    menus = RoomMenu(ann), RoomMenu(bob)
    held: list[Route] = []
    bob.page.route(f"**/pairedit/rooms/{room_id}", lambda route: held.append(route))

    menus[1].rename("His")
    menus[0].rename("Hers")
    expect(heading(ann)).to_have_text("Hers")
    with bob.page.expect_response(
        lambda reply: reply.request.method == "PATCH"
    ) as sent:
        held[0].continue_()

    assert sent.value.status == 409
    alert = bob.root.get_by_role("alert").filter(has_text="Somebody else has changed")
    expect(alert).to_contain_text("the room is called “Hers” now")
    expect(menus[1].title).to_be_focused()
    expect(menus[1].title).to_have_value("His")
    expect(heading(bob)).to_have_text("Hers")


def test_who_shares_is_asked_to_make_room_and_keeps_the_focus(
    pair: Pair, sign_in: SignIn, visit: Callable[[], Page]
) -> None:
    one, two = pair
    room_id = new_room(one, "", limit=1)
    link = invite(two, room_id)["url"]
    ann = RoomPage(sign_in(one).new_page(), room_id).ready().click()
    page = visit()
    page.clock.install()
    bob = GuestPage(page, link).join("Bob")

    notice = ann.root.locator(".pairedit-seat")
    expect(notice).to_contain_text("Bob (guest) wants to join, but the room takes 1")
    expect(ann.content).to_be_focused()
    notice.get_by_role("button", name="Make room for one more").click()
    expect(notice).to_be_hidden()
    page.clock.fast_forward(WAIT)

    expect(bob.words).to_have_text("Live · saved")
    room = cast("dict[str, object]", one.call(f"pairedit/rooms/{room_id}"))
    assert room["limit"] == 2


def test_a_room_is_deleted_after_one_question_that_says_who_is_in_it(
    lab: Server, sign_in: SignIn, visit: Callable[[], Page]
) -> None:
    room_id = new_room(lab, "", limit=2)
    ann = RoomPage(sign_in(lab).new_page(), room_id).ready()
    bob = GuestPage(visit(), invite(lab, room_id)["url"]).enter("Bob")
    menu = RoomMenu(ann)
    question = ann.root.locator(".pairedit-deleting")

    menu.press("Delete this room…")
    expect(question).to_contain_text("Bob (guest) is in it now.")
    expect(question.get_by_role("button", name="Keep it")).to_be_focused()
    ann.press("Escape")
    expect(question).to_be_hidden()
    menu.press("Delete this room…")
    question.get_by_role("button", name="Delete the room").click()

    expect(ann.words).to_have_text("Closed")
    expect(bob.words).to_have_text("Closed")


def test_suggestions_that_are_off_in_a_room_are_off_for_everybody(
    lab: Server, sign_in: SignIn
) -> None:
    room_id = new_room(lab, "", limit=2)
    ann = RoomPage(sign_in(lab).new_page(), room_id).ready()
    bob = RoomPage(sign_in(lab).new_page(), room_id).ready()

    RoomMenu(ann).press("Suggestions in this room")

    for editor in (ann, bob):
        button = editor.root.get_by_role("button", name="Suggestions", exact=True)
        expect(button).to_be_disabled()


def test_guests_have_no_menu(lab: Server, visit: Callable[[], Page]) -> None:
    room_id = new_room(lab, "", limit=2)

    bob = GuestPage(visit(), invite(lab, room_id)["url"]).enter("Bob")

    expect(bob.root.get_by_role("button", name="Room", exact=True)).to_have_count(0)
