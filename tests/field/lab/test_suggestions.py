"""Complaints about suggestions and menus of names: what they insert, and when."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Route, expect

from tests.e2e.editing import Completer, RoomPage, new_room, suggest
from tests.e2e.guests import GuestPage, SharePanel, invite, stranger
from tests.e2e.running import RunView
from tests.e2e.test_names import Names
from tests.jupyter import Server

SignIn = Callable[..., BrowserContext]
QUESTION = "**/pairedit/autocomplete"
AFTER_PAUSE = 900  # milliseconds


@pytest.fixture
def ann(lab: Server, sign_in: SignIn) -> RoomPage:
    """A page of an empty room."""
    return RoomPage(sign_in(lab).new_page(), new_room(lab, limit=5))


def test_the_bracket_that_the_editor_had_closed_was_there_twice(ann: RoomPage) -> None:
    Completer(ann.page, "value")
    ann.ready().click().type("print(").press("Control+Shift+Enter")
    expect(ann.ghost).to_have_text("value")
    ann.press("Tab").type(")")
    ann.shows("print(value)")


def test_my_input_method_and_the_suggestion_disturbed_each_other(ann: RoomPage) -> None:
    completer = suggest(ann, "value = ", "alpha")
    composing = ann.page.context.new_cdp_session(ann.page)
    for text in ("ㅎ", "하", "한"):
        at = {"text": text, "selectionStart": 1, "selectionEnd": 1}
        composing.send("Input.imeSetComposition", at)
    expect(ann.ghost).to_have_count(0)
    ann.page.clock.install()
    ann.page.clock.fast_forward(AFTER_PAUSE)
    assert len(completer.questions) == 1
    composing.send("Input.insertText", {"text": "한"})
    ann.shows("value = 한")


def test_the_suggestion_came_back_where_i_had_left_it(ann: RoomPage) -> None:
    suggest(ann, "first\nvalue = ", "alpha")
    ann.press("ArrowUp")
    expect(ann.ghost).to_have_count(0)
    ann.press("ArrowDown", "End")
    expect(ann.ghost).to_have_count(0)
    ann.press("Tab")
    assert "alpha" not in ann.text


def test_what_i_had_deleted_or_undone_was_suggested_again(ann: RoomPage) -> None:
    completer = Completer(ann.page, "again")
    ann.page.clock.install()
    ann.ready().click().type("value = one")
    for key in ("Backspace", "Control+Backspace", "Control+z"):
        ann.press(key)
        ann.page.clock.run_for(AFTER_PAUSE)
        expect(ann.ghost).to_have_count(0)
    assert completer.questions == []
    with ann.page.expect_request(QUESTION):
        ann.type(" ")
        ann.page.clock.run_for(AFTER_PAUSE)


def test_it_suggested_code_while_i_wrote_a_comment(ann: RoomPage) -> None:
    completer = Completer(ann.page, "code")
    ann.page.clock.install()
    ann.ready().highlights("python")
    ann.click().type("# what this does")
    ann.page.clock.run_for(AFTER_PAUSE)
    expect(ann.ghost).to_have_count(0)
    assert completer.questions == []
    with ann.page.expect_request(QUESTION):
        ann.press("Enter")
        ann.page.clock.run_for(AFTER_PAUSE)


def test_the_name_replaced_the_wrong_text_behind_an_emoji(ann: RoomPage) -> None:
    ann.ready().highlights("python")
    ann.click().type("𨭎value = 1\nprint('😀👩‍👩‍👧'); 𨭎")
    Names(ann).open("𨭎value")
    ann.press("Enter")
    ann.shows("𨭎value = 1\nprint('😀👩‍👩‍👧'); 𨭎value")


def test_the_menu_wrote_into_a_room_that_was_locked_meanwhile(
    lab: Server, ann: RoomPage, browser: Browser
) -> None:
    ann.ready().click().type("alpha = 1\n")
    page = stranger(browser).new_page()
    bob = GuestPage(page, invite(lab, ann.room_id, role="edit")["url"]).enter("Bob")
    bob.highlights("python")
    bob.click().type("al")
    names = Names(bob).open("alpha")
    share = SharePanel(ann)
    share.root.get_by_role("button", name="Lock").click()
    expect(bob.content).to_have_attribute("aria-readonly", "true")
    if names.menu.is_visible():
        names.options.first.click()
    bob.press("Enter")
    bob.shows("alpha = 1\nal")


def test_names_of_the_code_waited_for_a_kernel_whose_first_answer_is_slow(
    ann: RoomPage,
) -> None:
    ann.ready().highlights("python")
    ann.click().type("alpha = 1\nprint('ran')\n")
    view = RunView(ann)
    view.start()
    view.shows("", "ran")
    # The kernel is asked before somebody opens the menu.
    with ann.page.expect_request("**/kernel/names") as prepared:
        ann.click().type("al")
    assert prepared.value.post_data_json == {"code": "a", "at": 1}

    held: list[Route] = []
    ann.page.route("**/kernel/names", lambda route: held.append(route))
    ann.page.clock.install()
    names = Names(ann)
    ann.press("Control+Space")
    ann.page.clock.run_for(100)
    names.lists("alpha")
    known = [
        {"name": "alpha", "kind": "instance", "signature": ""},
        {"name": "alter", "kind": "function", "signature": "(ego)"},
    ]
    at = len(ann.text)
    held[-1].fulfill(json={"from": at - 2, "to": at, "names": known})
    names.lists("alpha", "alter")
    expect(names.selected).to_have_text("alpha")
    ann.press("ArrowDown", "Enter")
    ann.shows("alpha = 1\nprint('ran')\nalter")
