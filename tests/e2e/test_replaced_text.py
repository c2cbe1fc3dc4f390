"""The notice that somebody replaced the text, after several writes in succession."""

from __future__ import annotations

from contextlib import closing

import pytest
from playwright.sync_api import expect

from tests.browsing import SignIn
from tests.jupyter import Server

from .cable import Cable
from .editing import RoomPage, hold_revisions, new_room, stored_code


@pytest.mark.parametrize("connected", [True, False])
def test_after_two_writes_at_once_the_text_before_the_first_is_brought_back(
    lab: Server, sign_in: SignIn, connected: bool
) -> None:
    room_id = new_room(lab, "start")
    with closing(Cable(lab)) as cable:
        owner = RoomPage(sign_in(lab, base_url=cable.url).new_page(), room_id).ready()
        owner.click().type(" of mine").ready()
        if connected:
            # Two messages arrive one right after the other.
            cable.pull_out("down", rooms_only=True)
        else:
            # One message has both.
            cable.pull_out(rooms_only=True)
            cable.cut_rooms()
            expect(owner.words).to_contain_text("Reconnecting")
        for code in ("pass one", "next one"):
            lab.call(f"pairedit/rooms/{room_id}/code", "PUT", {"code": code})
        cable.plug_in()
        owner.shows("next one")

        notice = owner.root.locator(".pairedit-replaced")
        notice.get_by_role("button", name="Bring it back").click()
        owner.shows("start of mine")
        expect(notice).to_be_hidden()
        assert stored_code(lab, room_id) == "start of mine"


def test_after_a_notice_is_dismissed_the_next_one_brings_back_what_it_is_about(
    lab: Server, sign_in: SignIn
) -> None:
    room_id = new_room(lab, "one")
    page = sign_in(lab).new_page()
    owner = RoomPage(page, room_id).ready()
    notice = owner.root.locator(".pairedit-replaced")
    lab.call(f"pairedit/rooms/{room_id}/code", "PUT", {"code": "two"})
    expect(notice).to_be_visible()

    held = hold_revisions(page)
    with page.expect_request("**/revisions?*"):
        lab.call(f"pairedit/rooms/{room_id}/code", "PUT", {"code": "three"})
        owner.shows("three")
    notice.get_by_role("button", name="Dismiss").click()
    expect(notice).to_be_hidden()
    for route in held:
        route.continue_()
    notice.get_by_role("button", name="Bring it back").click()
    owner.shows("two")
