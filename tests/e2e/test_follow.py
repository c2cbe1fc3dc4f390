"""Following a person scrolls to their caret until the follower scrolls or types."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browsing import SignIn
from tests.jupyter import Server

from .editing import SOON, RoomPage, new_room


def test_following_pauses_when_i_scroll_or_type_and_goes_on_when_i_ask(
    lab: Server, sign_in: SignIn
) -> None:
    code = "".join(f"line {number}.\n" for number in range(300))
    room_id = new_room(lab, code)
    ann = RoomPage(sign_in(lab).new_page(), room_id).ready()
    bob = RoomPage(sign_in(lab).new_page(), room_id).ready()
    ann.content.click()
    ann.press("Control+Home")
    bob.click()
    name = ann.root.locator(".pairedit-person button[aria-pressed]")
    first = ann.content.get_by_text("line 0.")
    last = ann.content.get_by_text("line 299.")
    expect(first).to_be_in_viewport()

    name.click()
    expect(last).to_be_in_viewport()
    expect(name).to_contain_text("following")

    ann.root.locator(".cm-scroller").hover()
    ann.page.mouse.wheel(0, -100_000)
    expect(name).to_contain_text("paused")
    expect(first).to_be_in_viewport()
    bob.type("there ").ready()
    ann.ready()
    expect(first).to_be_in_viewport()

    name.click()
    expect(last).to_be_in_viewport()
    ann.content.focus()
    ann.type("here ")
    expect(name).to_contain_text("paused")
    # A suggestion may be displayed between the two words.
    expect(first).to_contain_text("here ")
    expect(first).to_be_in_viewport()
    bob.press("Control+Home", "Control+End")
    ann.ready()
    expect(first).to_be_in_viewport()
    name.click()
    expect(last).to_be_in_viewport()


def test_following_does_not_undo_a_scroll_of_the_person(
    lab: Server, sign_in: SignIn
) -> None:
    code = "".join(f"line {number}.\n" for number in range(300))
    room_id = new_room(lab, code)
    page = sign_in(lab).new_page()
    page.clock.install()
    ann = RoomPage(page, room_id).ready()
    bob = RoomPage(sign_in(lab).new_page(), room_id).ready()
    first = ann.content.get_by_text("line 0.")
    ann.content.click()
    bob.content.click()
    bob.press("Control+Home").ready()
    name = ann.root.locator(".pairedit-person button[aria-pressed]")
    name.click()
    expect(first).to_be_in_viewport()

    # Bob's caret arrives, and Ann scrolls before the next frame is drawn.
    page.clock.pause_at(page.evaluate("Date.now()") + 60_000)
    bob.press("Control+End").type("there").ready()
    expect(ann.root.locator(".pairedit-status")).to_be_visible()
    ann.root.locator(".cm-scroller").hover()
    page.mouse.wheel(0, -10)
    expect(name).to_contain_text("paused")
    page.clock.resume()

    # Ann sees his next edit only if her view has not moved to the end.
    bob.press("Control+Home").type("here ").ready()
    expect(first).to_have_text("here line 0.", timeout=SOON)
    expect(first).to_be_in_viewport()
