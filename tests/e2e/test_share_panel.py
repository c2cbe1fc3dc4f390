"""The share panel: keyboard, announcements, and created links."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browsing import SignIn
from tests.jupyter import Server

from .editing import RoomPage, new_room
from .guests import SharePanel


def test_the_share_panel_is_operated_by_keys_and_announces_its_actions(
    lab: Server, sign_in: SignIn
) -> None:
    room_id = new_room(lab, "x")
    owner = RoomPage(sign_in(lab).new_page(), room_id).ready()
    button = owner.root.get_by_role("button", name="Share", exact=True)
    button.focus()
    owner.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    share = SharePanel(owner)
    expect(share.root.get_by_role("radio", name="Can edit")).to_be_focused()
    expect(share.root).to_contain_text("Anyone with the link can read and change")
    owner.press("ArrowRight")
    expect(share.root.get_by_role("radio", name="View only")).to_be_checked()
    expect(share.root).to_contain_text("Anyone with the link can read this code")
    expect(share.root.get_by_label("Expires after", exact=True)).to_have_value("604800")
    owner.press("Enter")  # submits the form
    expect(share.links).to_have_count(1)
    expect(owner.live).to_contain_text("shown only once")
    field = share.made.get_by_role("textbox")
    expect(field).to_have_value(re.compile(r"\.•+$"))
    expect(field).not_to_be_editable()
    share.root.get_by_role("button", name="Replace all").click()
    expect(owner.live).to_contain_text("All links were replaced")
    expect(share.links).to_have_count(1)
    owner.press("Escape")
    expect(share.root).to_have_count(0)
    expect(button).to_be_focused()
    # The key is not shown again when the panel is opened again.
    share = SharePanel(owner)
    expect(share.links).to_have_count(1)
    expect(share.made).to_be_hidden()


def test_created_links_and_alerts_are_displayed_until_they_end(
    lab: Server, sign_in: SignIn
) -> None:
    page = sign_in(lab).new_page()
    room_id = new_room(lab, "x")
    owner = RoomPage(page, room_id).ready()
    share = SharePanel(owner)
    first = share.make("Can edit", "first")
    assert share.make("Can edit", "second") != first
    made = share.made.get_by_role("listitem")
    expect(made).to_have_count(2)
    share.row("first").get_by_label("Role of first").select_option("View only")
    expect(made.filter(has_text="first")).to_contain_text("View only")
    share.root.get_by_role("button", name="Revoke second").click()
    expect(made).to_have_count(1)
    expect(owner.live).to_contain_text("Nobody was connected.")

    # After an error, the form and the focus are unchanged.
    page.route("**/invites", lambda route: route.abort())
    label = share.root.get_by_label("Label, optional")
    label.fill("third")
    button = share.root.get_by_role("button", name="Create link")
    button.press("Enter")
    expect(share.problem).to_contain_text("cannot be reached")
    expect(label).to_have_value("third")
    expect(button).to_be_focused()
    page.unroute("**/invites")
    button.press("Enter")
    expect(share.links).to_have_count(2)
    expect(share.problem).to_be_hidden()
    expect(label).to_have_value("")
    # An error about the list disappears with the next success.
    page.route("**/invites", lambda route: route.abort())
    other = RoomPage(sign_in(lab).new_page(), room_id).ready()
    expect(share.problem).to_contain_text("cannot be reached")
    page.unroute("**/invites")
    other.page.close()
    expect(share.problem).to_be_hidden()
