"""The name that a person gives themselves, on the page and in a notebook."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browsing import SignIn
from tests.jupyter import Server

from .editing import Editor, NotebookPage, RoomPage, new_room

PICTURES = os.environ.get("PAIREDIT_PICTURES", "")
"""A folder for pictures of what the tests see; empty for none."""


def picture(room: Editor, name: str) -> None:
    """Take a picture of the page."""
    if PICTURES:
        room.page.screenshot(path=Path(PICTURES) / f"{name}.png")


def test_a_name_given_on_the_page_is_that_of_the_chip_and_of_the_history(
    lab: Server, sign_in: SignIn
) -> None:
    room_id = new_room(lab, "x = 1\n", title="Sorting", limit=3)
    ann = RoomPage(sign_in(lab).new_page(), room_id).ready()
    ben = RoomPage(sign_in(lab).new_page(), room_id).ready()

    own = ann.root.get_by_role("button", name="you")
    own.click()
    field = ann.root.get_by_label("Your name, which others see")
    expect(field).to_be_focused()
    picture(ann, "name-light")
    ann.page.emulate_media(color_scheme="dark")
    picture(ann, "name-dark")
    ann.page.emulate_media(color_scheme="light")
    ann.page.set_viewport_size({"width": 360, "height": 640})
    picture(ann, "name-narrow")
    field.fill("Ann Baker")
    field.press("Enter")

    expect(field).to_be_hidden()
    expect(own).to_contain_text("Ann Baker")
    expect(ben.root.get_by_role("button", name="Ann Baker")).to_be_visible()
    expect(ann.root).to_have_attribute("data-status", "live")
    ann.page.reload()
    ann.ready()
    expect(ann.root.get_by_role("button", name="you")).to_contain_text("Ann Baker")
    ann.click().type("y")
    expect(ann.root).to_have_attribute("data-status", "live")
    revisions = lab.call(f"pairedit/rooms/{room_id}/revisions")["revisions"]
    assert revisions[-1]["author"] == "Ann Baker"


def test_a_name_is_displayed_with_the_number_that_tells_it_from_another(
    lab: Server, sign_in: SignIn
) -> None:
    room_id = new_room(lab, limit=3)
    rooms = [RoomPage(sign_in(lab).new_page(), room_id).ready() for _ in range(2)]
    for room in rooms:
        room.root.get_by_role("button", name="you").click()
        field = room.root.get_by_label("Your name, which others see")
        field.fill("Anonymous Philophrosyne")
        field.press("Enter")
        expect(field).to_be_hidden()

    rooms[1].click()
    for place in (".pairedit-name", ".pairedit-flag"):
        names = rooms[0].root.locator(place)
        expect(names.filter(has_text="Anonymous Philophrosyne (2)")).to_have_count(1)
        for name in names.all():
            assert name.evaluate("it => it.scrollWidth <= it.clientWidth")
    picture(rooms[0], "names-alike")


def test_a_name_given_in_a_cell_is_that_of_the_page_that_ran_it(
    shared: NotebookPage, visit: Callable[[], object]
) -> None:
    shared.run_code(1, "%pairedit me Carla\ned = %pairedit new\ned")
    editor = shared.editor().ready()

    own = editor.root.get_by_role("button", name="you")
    expect(own).to_contain_text("Carla")
    shared.run_code(2, "%pairedit me Clara")
    expect(own).to_contain_text("Clara")
