"""Suggestions: how they are accepted, dismissed and switched off."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browsing import SignIn
from tests.jupyter import Server

from .editing import (
    Completer,
    RoomPage,
    suggest,
)


def test_tab_accepts_all_and_otherwise_indents(ann: RoomPage) -> None:
    suggest(ann, "value = ", "alpha(beta, 2)")
    ann.press("Tab")
    ann.shows("value = alpha(beta, 2)")
    expect(ann.ghost).to_have_count(0)
    ann.press("Home", "Tab")
    ann.shows("    value = alpha(beta, 2)")


def test_what_is_only_suggested_is_on_no_other_page_and_not_stored(
    ann: RoomPage, lab: Server, sign_in: SignIn
) -> None:
    suggest(ann, "value = 1", "0 + unaccepted_name")
    ben = RoomPage(sign_in(lab).new_page(), ann.room_id).ready()
    ben.shows("value = 1")
    # Both are sent what Ben writes, after everything else.
    ben.click().press("Control+End")
    ben.page.keyboard.insert_text("  # Ben")
    ann.shows("value = 1  # Ben")
    ben.ready()

    room = f"pairedit/rooms/{ann.room_id}"
    stored = [lab.call(room), lab.call(f"{room}/revisions"), lab.call(f"{room}/code")]
    files = [each for each in lab.folder.rglob("rooms.db*") if each.is_file()]
    assert "unaccepted" not in f"{ben.page.content()}{stored}"
    assert any(b"# Ben" in each.read_bytes() for each in files)
    assert not any(b"unaccepted" in each.read_bytes() for each in files)


def test_escape_dismisses_and_the_next_one_lets_tab_out(ann: RoomPage) -> None:
    suggest(ann, "value = ", "alpha")
    ann.press("Escape")
    expect(ann.ghost).to_have_count(0)
    ann.press("Tab")
    ann.shows("value =     ")
    ann.press("Escape", "Tab")
    expect(ann.content).not_to_be_focused()
    ann.shows("value =     ")


@pytest.mark.parametrize("key", ["Control+ArrowRight", "Alt+ArrowRight"])
def test_the_word_keys_accept_a_word_and_otherwise_move(
    ann: RoomPage, key: str
) -> None:
    suggest(ann, "value = ", "alpha beta")
    ann.press(key)
    ann.shows("value = alpha")
    expect(ann.ghost).to_have_text(" beta")
    ann.press(key)
    ann.shows("value = alpha beta")
    expect(ann.ghost).to_have_count(0)
    ann.press("Home", "Control+ArrowRight")
    assert ann.line_before_caret.strip() == "value"
    ann.shows("value = alpha beta")


def test_the_line_key_accepts_a_line_and_otherwise_does_nothing(ann: RoomPage) -> None:
    suggest(ann, "value = ", "alpha\n    beta\n    gamma")
    ann.press("Control+ArrowDown")
    ann.shows("value = alpha")
    ann.press("Control+ArrowDown")
    ann.shows("value = alpha\n    beta")
    expect(ann.ghost).to_have_text("\n    gamma")
    ann.press("Control+ArrowDown", "Control+ArrowDown")
    ann.shows("value = alpha\n    beta\n    gamma")
    expect(ann.ghost).to_have_count(0)


def test_on_a_blank_line_tab_indents_and_then_accepts(ann: RoomPage) -> None:
    Completer(ann.page, "        return alpha")
    ann.ready().click().type("    pass").press("Enter", "Shift+Home", "Delete")
    ann.shows("    pass\n")
    ann.press("Control+Shift+Enter")
    expect(ann.ghost).to_have_text("        return alpha")
    ann.press("Tab")
    ann.shows("    pass\n    ")
    expect(ann.ghost).to_have_text("    return alpha")
    ann.press("Tab")
    expect(ann.ghost).to_have_text("return alpha")
    ann.press("Tab")
    ann.shows("    pass\n        return alpha")
    expect(ann.ghost).to_have_count(0)


def test_typing_what_is_suggested_shortens_it(ann: RoomPage) -> None:
    completer = suggest(ann, "value = ", "alpha beta")
    ann.type("alp")
    expect(ann.ghost).to_have_text("ha beta")
    ann.press("Tab")
    ann.shows("value = alpha beta")
    assert len(completer.questions) == 1


@pytest.mark.parametrize("key", ["Escape", "x", "ArrowLeft"])
def test_esc_typing_and_moving_end_the_open_question(ann: RoomPage, key: str) -> None:
    completer = Completer(ann.page, "alpha")
    completer.holding = True
    ann.ready().click().type("value = ")
    with ann.page.expect_request("**/pairedit/autocomplete"):
        ann.press("Control+Shift+Enter")
    with ann.page.expect_event("requestfailed"):
        ann.press(key)
    expect(ann.ghost).to_have_count(0)


def test_the_question_has_the_room_and_a_reason_is_displayed(ann: RoomPage) -> None:
    completer = suggest(ann, "value = ", "alpha")
    assert completer.questions[0]["roomId"] == ann.room_id
    completer.suggestions = [""]
    completer.detail = "api.example asks for a pause."
    ann.press("Escape", "Control+Shift+Enter")
    reason = ann.root.locator(".pairedit-reason")
    expect(reason).to_have_text("api.example asks for a pause.")
    expect(ann.live).to_have_text("api.example asks for a pause.")
    completer.suggestions = ["beta"]
    ann.press("Control+Shift+Enter")
    expect(ann.ghost).to_have_text("beta")
    expect(reason).to_be_hidden()


def test_alt_page_keys_choose_among_several_and_alt_end_accepts(ann: RoomPage) -> None:
    completer = suggest(ann, "value = ", "alpha", "beta", "beta")
    ann.press("Alt+PageDown")
    expect(ann.ghost).to_have_text("beta")
    expect(ann.live).to_contain_text("Suggestion 2 of 2: beta.")
    ann.press("Alt+PageUp")
    expect(ann.ghost).to_have_text("alpha")
    ann.press("Alt+PageDown")
    expect(ann.ghost).to_have_text("beta")
    # The third one is the second one again, so the first one follows.
    ann.press("Alt+PageDown")
    expect(ann.ghost).to_have_text("alpha")
    assert [q.get("variant", 0) for q in completer.questions] == [0, 1, 2]
    ann.shows("value = ")
    ann.press("Alt+PageUp", "Alt+End")
    ann.shows("value = beta")


def test_the_only_suggestion_stays_and_a_sentence_says_so(ann: RoomPage) -> None:
    suggest(ann, "value = ", "alpha")
    ann.press("Alt+PageDown")
    reason = ann.root.locator(".pairedit-reason")
    expect(reason).to_have_text("There is no other suggestion.")
    ann.press("Alt+PageUp")
    expect(ann.ghost).to_have_text("alpha")
    ann.press("Tab")
    ann.shows("value = alpha")
    expect(reason).to_be_hidden()


def test_it_vanishes_when_either_changes_the_text_before_it(
    ann: RoomPage, lab: Server, sign_in: SignIn
) -> None:
    suggest(ann, "value = \n", "alpha")
    ann.press("Escape", "ArrowUp", "End", "Control+Shift+Enter")
    expect(ann.ghost).to_have_text("alpha")
    bob = RoomPage(sign_in(lab).new_page(), ann.room_id).ready()
    bob.click().type("after")
    ann.shows("value = \nafter")
    expect(ann.ghost).to_have_text("alpha")
    bob.press("Control+Home").type("my_")
    ann.shows("my_value = \nafter")
    expect(ann.ghost).to_have_count(0)
    ann.press("Control+Shift+Enter")
    expect(ann.ghost).to_have_text("alpha")
    ann.type("b")
    ann.shows("my_value = b\nafter")
    expect(ann.ghost).to_have_count(0)


def test_accepting_is_one_step_of_undo(ann: RoomPage) -> None:
    suggest(ann, "value = ", "alpha\n    beta")
    ann.press("Tab").type("x")
    ann.shows("value = alpha\n    betax")
    ann.press("Control+z")
    ann.shows("value = alpha\n    beta")
    ann.press("Control+z")
    ann.shows("value = ")


def test_suggestions_can_be_switched_off_for_good(ann: RoomPage) -> None:
    completer = Completer(ann.page, "alpha")
    switch = ann.ready().root.get_by_role("button", name="Suggestions")
    expect(switch).to_have_attribute("aria-pressed", "true")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "false")
    ann.page.reload()
    expect(switch).to_have_attribute("aria-pressed", "false")
    ann.ready().click().type("value = ")
    ann.page.wait_for_timeout(900)  # longer than the pause before a request
    assert completer.questions == []
    ann.press("Control+Shift+Enter")  # a request is answered
    expect(ann.ghost).to_have_text("alpha")
