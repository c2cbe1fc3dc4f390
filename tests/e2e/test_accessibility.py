"""The editor by keyboard and screen reader."""

from __future__ import annotations

from playwright.sync_api import expect

from .editing import (
    RoomPage,
    suggest,
)


def test_focus_that_came_by_tab_leaves_by_tab_until_something_is_typed(
    ann: RoomPage,
) -> None:
    ann.ready().shows("")
    share = ann.root.get_by_role("button", name="Share")
    share.focus()
    ann.press("Tab")
    expect(ann.content).to_be_focused()
    ann.press("Tab")
    expect(ann.content).not_to_be_focused()
    ann.shows("")
    share.focus()
    ann.press("Tab").type("x").press("Tab")
    expect(ann.content).to_be_focused()
    ann.shows("x   ")
    ann.press("Escape", "Shift+Tab")
    expect(ann.content).not_to_be_focused()
    expect(share).to_be_focused()


def test_ctrl_m_lets_tab_leave_and_the_hint_describes_it(ann: RoomPage) -> None:
    ann.ready().click()
    expect(ann.hint).to_have_text(
        "Tab indents. Esc, then Tab leaves the editor. Ctrl-M lets Tab always leave. "
        "Shift-Enter runs the code."
    )
    expect(ann.hint).to_be_visible()
    expect(ann.content).to_have_accessible_description(ann.hint.inner_text())
    ann.type("x").press("Control+m")
    expect(ann.hint).to_contain_text("Tab leaves the editor.")
    expect(ann.live).to_contain_text("Tab leaves the editor.")
    ann.press("Tab")
    expect(ann.content).not_to_be_focused()
    ann.shows("x")
    ann.click().press("Control+m", "Tab")
    ann.shows("x   ")


def test_a_suggestion_is_announced_in_a_region_that_is_always_there(
    ann: RoomPage,
) -> None:
    ann.ready()
    expect(ann.live).to_have_count(1)
    expect(ann.live).to_have_attribute("aria-live", "polite")
    expect(ann.live).to_be_empty()
    suggest(ann, "value = ", "alpha")
    expect(ann.live).to_have_text("Suggestion: alpha. Tab accepts, or Alt-End.")
    expect(ann.ghost).to_have_attribute("aria-hidden", "true")
    ann.press("Escape")
    expect(ann.live).to_be_empty()
