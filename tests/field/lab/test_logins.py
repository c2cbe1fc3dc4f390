"""Complaints about logging out."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browsing import SignIn
from tests.e2e.editing import RoomPage, new_room, stored_code
from tests.jupyter import Server


def test_i_logged_out_and_the_other_tab_went_on_writing_under_my_name(
    serve: Callable[..., Server], sign_in: SignIn
) -> None:
    server = serve("jupyter_server", "--PairEdit.limits={'login_ask': 0.2}")
    room_id = new_room(server, "mine")
    person = sign_in(server)
    page = person.new_page()
    room = RoomPage(page, room_id).ready().click()
    room.type("!").ready()

    person.new_page().goto("logout")

    expect(room.words).to_have_text("Not allowed")
    expect(room.sentence).to_contain_text("You are not logged in")
    expect(room.sentence.get_by_role("button", name="Copy text")).to_be_visible()
    room.click().press("End")
    page.keyboard.insert_text("ghost")
    room.shows("mine!")
    assert stored_code(server, room_id) == "mine!"
    assert server.call("pairedit/debug/rooms") == {}

    person.request.get(f"pairedit/?token={server.token}")
    room.sentence.get_by_role("button", name="Try again").click()
    room.ready().click().type("?").ready()
    assert stored_code(server, room_id) == "mine!?"
