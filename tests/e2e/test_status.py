"""The status line says the state of the connection in words."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browsing import SignIn
from tests.jupyter import Server

from .editing import (
    Line,
    RoomPage,
    new_room,
)


def test_every_status_has_a_text(lab: Server, sign_in: SignIn) -> None:
    room_id = new_room(lab, "text")
    page = sign_in(lab).new_page()
    line = Line(page)
    line.blocked = True
    ann = RoomPage(page, room_id)
    expect(ann.words).to_have_attribute("role", "status")
    expect(ann.words).to_have_text("Connecting…")
    line.blocked = False
    line.cut(3001)
    ann.ready()
    line.deaf = True
    ann.click().type("s")
    expect(ann.words).to_have_text("Saving…")
    line.hear_again()
    ann.ready()

    line.refusing = True
    line.cut(3001)
    expect(ann.words).to_have_text("Reconnecting…")
    ann.click().type("!")
    expect(ann.words).to_contain_text("1 edit waiting")
    try_now = ann.root.locator(".pairedit-retry")
    expect(try_now).to_have_text("Try now")
    line.refusing = False
    # A click would wait for the button, which a reconnect may hide first.
    try_now.dispatch_event("click")
    ann.ready()
    told: dict[str, str] = {}
    full = {"type": "error", "code": "room_full", "message": "It takes 2 at a time."}
    ends: list[tuple[Callable[[], None], str]] = [
        (lambda: line.tell(**full), "Room full"),
        (lambda: line.cut(1008, "No such room."), "No such room"),
        (lambda: line.cut(4402), "Open in another tab"),
        (lambda: line.cut(4403), "Not allowed"),
        (lambda: line.cut(4412), "Closed"),
    ]
    for end, words in ends:
        end()
        expect(ann.words).to_have_text(words)
        expect(ann.sentence).to_be_visible()
        told[words] = ann.sentence.inner_text()
        # The text is not covered.
        notice, content = ann.sentence.bounding_box(), ann.content.bounding_box()
        assert notice and content and notice["y"] + notice["height"] <= content["y"]
        ann.shows("texts!")
        ann.sentence.get_by_role(
            "button", name=re.compile("Try again|Use it here|Reconnect")
        ).click()
        ann.ready()
        expect(ann.sentence).to_be_hidden()
    assert len(set(told.values())) == len(told)
