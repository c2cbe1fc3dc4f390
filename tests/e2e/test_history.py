"""Named versions in the history panel."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browsing import SignIn
from tests.jupyter import Server

from .editing import (
    RoomPage,
    hold_revisions,
    listen_for_trouble,
    new_room,
    stored_code,
)


def test_a_version_is_named_found_again_restored_and_loses_its_name(
    notebook: Server, sign_in: SignIn
) -> None:
    room_id = new_room(notebook, "one\n")
    for code in ("two\n", "three\n", "four\n"):
        notebook.call(f"pairedit/rooms/{room_id}/code", "PUT", {"code": code})
    page = sign_in(notebook).new_page()
    trouble = listen_for_trouble(page)
    room = RoomPage(page, room_id)
    room.ready()
    panel = page.get_by_role("region", name="History")
    then = panel.locator(".cm-content")
    page.get_by_role("button", name="History", exact=True).click()
    expect(panel.locator(".pairedit-size")).to_have_text(
        re.compile(r"^History: \d+ B of 50 MB$")
    )
    expect(panel.get_by_role("combobox")).to_be_hidden()

    panel.get_by_role("button", name="Back", exact=True).click()
    panel.get_by_role("button", name="Back", exact=True).click()
    expect(then).to_have_attribute("aria-label", "Code at version 1")
    panel.get_by_role("button", name="Name this version").click()
    panel.get_by_label("Name of this version").fill("before <b>lunch</b>")
    page.keyboard.press("Enter")

    expect(panel.locator(".pairedit-named")).to_have_text("“before <b>lunch</b>”")
    panel.get_by_role("button", name="Forward").click()
    expect(panel.locator(".pairedit-named")).to_be_hidden()
    panel.locator(".pairedit-flag-mark").click()
    expect(then).to_have_attribute("aria-label", "Code at version 1")
    panel.get_by_role("button", name="Forward").click()
    expect(then).to_have_attribute("aria-label", "Code at version 2")
    panel.get_by_role("combobox").select_option("before <b>lunch</b> (version 1)")
    expect(then).to_have_attribute("aria-label", "Code at version 1")

    panel.get_by_role("button", name="Restore this version").click()
    expect(panel).to_be_hidden()
    room.shows("two\n")
    assert stored_code(notebook, room_id) == "two\n"
    page.get_by_role("button", name="History", exact=True).click()
    panel.locator(".pairedit-flag-mark").click()
    panel.get_by_role("button", name="Remove name").click()
    expect(panel.locator(".pairedit-flag-mark")).to_have_count(0)
    assert notebook.call(f"pairedit/rooms/{room_id}/points") == {"points": []}
    assert trouble == []


def test_restore_points_are_all_in_reach_of_the_arrow_keys(
    notebook: Server, sign_in: SignIn
) -> None:
    room_id = new_room(notebook, "one\n")
    for code in ("two\n", "three\n", "four\n"):
        notebook.call(f"pairedit/rooms/{room_id}/code", "PUT", {"code": code})
    for version in (1, 2):
        point = {"version": version, "name": f"point {version}"}
        notebook.call(f"pairedit/rooms/{room_id}/points", "POST", point)
    page = sign_in(notebook).new_page()
    RoomPage(page, room_id).ready()
    panel = page.get_by_role("region", name="History")
    then = panel.locator(".cm-content")
    page.get_by_role("button", name="History", exact=True).click()
    points = panel.get_by_role("combobox")
    for version in (1, 2):
        points.press("ArrowDown")
        expect(then).to_have_attribute("aria-label", f"Code at version {version}")
        expect(points).to_have_value(str(version))
        expect(points).to_be_focused()
    expect(panel.locator('.pairedit-flag-mark[aria-current="true"]')).to_have_count(1)
    panel.get_by_role("button", name="Forward").click()
    expect(points).to_have_value("")


def test_a_notice_of_replaced_text_can_restore_it(
    notebook: Server, sign_in: SignIn
) -> None:
    room_id = new_room(notebook, "one\n")
    page = sign_in(notebook).new_page()
    room = RoomPage(page, room_id).ready()
    notice = page.locator(".pairedit-replaced")
    notebook.call(f"pairedit/rooms/{room_id}/code", "PUT", {"code": "two\n"})
    room.shows("two\n")
    expect(notice).to_contain_text("replaced the text")
    notice.get_by_role("button", name="Bring it back").press("Enter")
    expect(notice).to_be_hidden()
    room.shows("one\n")
    expect(room.content).to_be_focused()
    assert stored_code(notebook, room_id) == "one\n"

    # Dismissing it focuses the code, too.
    notebook.call(f"pairedit/rooms/{room_id}/code", "PUT", {"code": "three\n"})
    notice.get_by_role("button", name="Dismiss").press("Enter")
    expect(notice).to_be_hidden()
    expect(room.content).to_be_focused()


def test_nothing_is_said_of_a_version_before_it_is_read(
    notebook: Server, sign_in: SignIn
) -> None:
    room_id = new_room(notebook, "one\n")
    notebook.call(f"pairedit/rooms/{room_id}/code", "PUT", {"code": "two\n"})
    page = sign_in(notebook).new_page()
    RoomPage(page, room_id).ready()
    held = hold_revisions(page)

    page.get_by_role("button", name="History", exact=True).click()
    panel = page.get_by_role("region", name="History")
    expect(panel.locator(".pairedit-version")).to_contain_text("loading…")
    whole = panel.get_by_text("Whole file", exact=True)
    expect(whole).to_be_hidden()

    page.unroute("**/revisions?*")
    for route in held:
        route.continue_()
    expect(whole).to_be_visible()
