"""The marks of changes in History and blame, as another person sees them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browsing import SignIn
from tests.jupyter import Server

from .editing import RoomPage, listen_for_trouble, new_room
from .guests import GuestPage, invite


def blame(server: Server, room_id: str) -> list[tuple[int, list[str]]]:
    """Return the count and the marks of each run of lines."""
    lines: list[dict[str, Any]] = server.call(f"pairedit/rooms/{room_id}/blame")[
        "lines"
    ]
    return [(line["count"], line.get("marks", [])) for line in lines]


def test_a_partner_sees_what_was_suggested_and_what_a_guest_typed(
    lab: Server, sign_in: SignIn, visit: Callable[[], Page]
) -> None:
    room_id = new_room(lab, limit=5)
    ann = RoomPage(sign_in(lab).new_page(), room_id)
    ann.ready().click().type("import math\n").press("Control+Shift+Enter")
    expect(ann.ghost).to_have_text("print('Hello, World!')")
    ann.press("Tab")
    ann.shows("import math\nprint('Hello, World!')")
    link = invite(lab, room_id)["url"]
    gus = GuestPage(visit(), link).enter("Gus, suggested")
    gus.click().press("Control+Home").type("# hi\n")
    ann.shows("# hi\nimport math\nprint('Hello, World!')")
    gus.ready()

    bob = RoomPage(sign_in(lab).new_page(), room_id).ready()
    trouble = listen_for_trouble(bob.page)
    bob.root.get_by_role("button", name="History", exact=True).click()
    panel = bob.page.get_by_role("region", name="History")
    who, marks = panel.locator(".pairedit-who"), panel.locator(".pairedit-mark")

    # Letters of a name are no mark.
    expect(who).to_have_text("Gus, suggested, guest, typed")
    expect(marks).to_have_text(["guest"])
    panel.get_by_role("button", name="Back", exact=True).click()
    (author,) = {
        each["author"]
        for each in lab.call(f"pairedit/rooms/{room_id}/revisions")["revisions"]
        if "guest" not in each.get("marks", [])
    }
    expect(who).to_have_text(f"{author}, suggested")
    expect(marks).to_have_text(["suggested"])
    slider = panel.get_by_role("slider")
    expect(slider).to_have_attribute(
        "aria-valuetext",
        re.compile(f"^Version \\d+ of \\d+: {author}, suggested, just"),
    )
    panel.get_by_role("button", name="Back", exact=True).click()
    expect(who).to_have_text(f"{author} typed")
    expect(marks).to_have_count(0)
    assert trouble == []
    assert blame(lab, room_id) == [
        (1, ["guest"]),
        (1, []),
        (1, ["suggested"]),
    ]
