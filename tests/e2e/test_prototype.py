"""What a person sees in a browser is as in the prototype."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from playwright.sync_api import Route, expect

from tests.browsing import SignIn
from tests.jupyter import BASE_URL, Server

from .editing import (
    SAVED,
    Completer,
    Line,
    RoomPage,
    connections,
    new_room,
)


@pytest.fixture
def enter(lab: Server, sign_in: SignIn) -> Callable[[str], RoomPage]:
    """Open a room's page as a new person."""
    return lambda room_id: RoomPage(sign_in(lab).new_page(), room_id)


Enter = Callable[[str], RoomPage]


def test_id_link_and_address_all_join_a_room(lab: Server, sign_in: SignIn) -> None:
    room_id = new_room(lab, "here")
    context = sign_in(lab)
    page = context.new_page()
    address = f"{lab.url}pairedit/room/{room_id}"
    for way in (room_id, address):
        page.goto("pairedit/")
        page.get_by_label("Room id or link").fill(way)
        page.get_by_role("button", name="Join").click()
        page.wait_for_url(address)
    RoomPage(context.new_page(), room_id).ready().shows("here")


def test_create_new_room_makes_a_room_and_goes_there(
    lab: Server, sign_in: SignIn
) -> None:
    page = sign_in(lab).new_page()
    page.goto("pairedit/")
    asked: list[Route] = []
    page.route("**/pairedit/rooms", lambda route: asked.append(route))
    button = page.get_by_role("button", name="Create New Room")
    with page.expect_request("**/pairedit/rooms"):
        button.click()
    expect(button).to_be_disabled()  # a second press creates no second room
    asked.pop().continue_()
    page.wait_for_url(f"**{BASE_URL}pairedit/room/*")
    assert page.url.rsplit("/", 1)[1] in [
        room["roomId"] for room in lab.call("pairedit/rooms")
    ]
    expect(page.locator(".pairedit-status-words")).to_have_text(SAVED)


def test_a_second_browser_at_the_same_address_follows(
    lab: Server, enter: Enter
) -> None:
    room_id = new_room(lab)
    ann, bob = enter(room_id), enter(room_id)
    ann.ready().click().type("from ann\n")
    bob.ready().shows("from ann\n")
    bob.click().type("from bob")
    ann.shows("from ann\nfrom bob")


def test_a_pause_of_600_ms_asks_and_a_late_answer_is_dropped(
    lab: Server, enter: Enter
) -> None:
    room_id = new_room(lab)
    ann, bob = enter(room_id), enter(room_id)
    completer = Completer(ann.page, "late", "new")
    completer.holding = True
    ann.page.evaluate("""() => {
      addEventListener("keydown", () => { window.lastKey = performance.now(); });
      const fetch = window.fetch;
      window.fetch = (...args) => {
        if (String(args[0]).includes("autocomplete")) window.asked = performance.now();
        return fetch(...args);
      };
    }""")
    ann.ready().click().type("abcd")  # fewer than five characters: no request
    ann.page.wait_for_timeout(800)  # the pause is what is tested
    assert completer.questions == []
    with ann.page.expect_request("**/autocomplete") as asked:
        ann.type("e")
    assert ann.page.evaluate("window.asked - window.lastKey") >= 599
    assert completer.questions == [
        {
            "code": "abcde",
            "cursorPosition": 5,
            "language": "python",
            "roomId": room_id,
        }
    ]
    # The text changes before the answer.
    bob.ready().content.click()
    with ann.page.expect_event("requestfailed", lambda r: r == asked.value):
        bob.press("Control+Home").type("X")
    ann.shows("Xabcde")
    completer.holding = False
    ann.press("Control+Shift+Enter")
    expect(ann.ghost).to_have_text("late")
    ann.press("Escape", "Control+Shift+Enter")
    expect(ann.ghost).to_have_text("new")
    assert [q["code"] for q in completer.questions] == ["abcde", "Xabcde", "Xabcde"]


def test_tab_accepts_ghost_text_and_otherwise_indents(
    lab: Server, enter: Enter
) -> None:
    room_id = new_room(lab)
    ann = enter(room_id)
    ann.ready().click().type("def f():")
    # The server's mock answers; ghost text is not part of the code.
    expect(ann.ghost).to_have_text("    return ")
    ann.shows("def f():")
    assert lab.call(f"pairedit/rooms/{room_id}/code")["code"] == "def f():"
    ann.press("Tab")
    ann.shows("def f():    return ")
    expect(ann.ghost).to_have_count(0)
    ann.press("Enter", "Control+a", "Delete", "Tab")
    ann.type("x").shows("    x")


def test_a_full_room_is_reported_and_can_be_joined_later(
    lab: Server, enter: Enter
) -> None:
    room_id = new_room(lab, "two at most")
    ann, bob = enter(room_id).ready(), enter(room_id).ready()
    eve = enter(room_id)
    expect(eve.words).to_have_text("Room full")
    expect(eve.sentence).to_contain_text("It takes 2 at a time")
    expect(eve.people).to_have_count(0)
    assert eve.text == ""  # the code is not shown
    bob.page.close()
    expect(ann.people).to_have_count(1)
    eve.root.get_by_role("button", name="Try again").click()
    eve.ready()
    eve.shows("two at most")


def test_a_missing_room_is_reported_and_can_be_created(
    lab: Server, enter: Enter
) -> None:
    ann = enter("a" * 22)
    expect(ann.words).to_have_text("No such room")
    expect(ann.sentence).to_contain_text("It was deleted, or the link is not complete")
    ann.root.get_by_role("button", name="Create this room").click()
    ann.ready().click().type("made").ready()
    assert lab.call(f"pairedit/rooms/{'a' * 22}/code")["code"].endswith("made")


def test_there_is_one_socket_and_one_person_after_many_reconnects(
    lab: Server, sign_in: SignIn
) -> None:
    room_id = new_room(lab, limit=1)
    page = sign_in(lab).new_page()
    line = Line(page)
    ann = RoomPage(page, room_id).ready()
    assert (line.opened, connections(lab, room_id)) == (1, 1)
    for count in (2, 3):
        # The server has not closed the old socket when the new one opens.
        line.cut(3001)
        expect(ann.words).to_contain_text("Reconnecting…")
        ann.ready()
        assert (line.opened, connections(lab, room_id)) == (count, 1)
    page.reload()
    ann.ready().click().type("still alone")
    expect(ann.people).to_have_count(1)
    assert connections(lab, room_id) == 1


def test_attempts_to_reconnect_have_growing_delays(
    lab: Server, sign_in: SignIn
) -> None:
    page = sign_in(lab).new_page()
    page.add_init_script("Math.random = () => 1")  # the longest random pause
    line = Line(page)
    ann = RoomPage(page, new_room(lab)).ready()
    line.refusing = True
    line.cut(3001)
    expect(ann.words).to_contain_text("Reconnecting…")
    line.wait_for(5)
    first, *gaps = (late - early for early, late in pairwise(line.times))
    assert first > 0
    # 250, 500 and 1000 ms, less the inaccuracy of two clocks.
    assert [
        gap > 0.8 * least for gap, least in zip(gaps, (0.25, 0.5, 1.0), strict=True)
    ] == [True] * 3
    line.refusing = False
    ann.try_now()
    ann.ready()


def test_the_page_displays_connecting_then_live_and_the_people(
    lab: Server, sign_in: SignIn
) -> None:
    room_id = new_room(lab, title="Sorting exercise")
    page = sign_in(lab).new_page()
    line = Line(page)
    line.blocked = True
    ann = RoomPage(page, room_id)
    expect(ann.words).to_have_text("Connecting…")
    expect(page.locator("#room-id")).to_have_text(room_id)
    line.blocked = False
    line.cut(3001)
    ann.ready()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sorting exercise")
    expect(page).to_have_title("Sorting exercise · Pair editor")
    name = page.context.request.get("api/me").json()["identity"]["display_name"]
    expect(ann.people).to_have_count(1)
    expect(ann.people).to_contain_text(name)


def test_no_typing_before_the_text_is_there_and_selecting_ever_after(
    lab: Server, sign_in: SignIn
) -> None:
    room_id = new_room(lab)
    page = sign_in(lab).new_page()
    line = Line(page)
    line.blocked = True
    ann = RoomPage(page, room_id)
    expect(ann.words).to_have_text("Connecting…")
    placeholder = ann.root.locator(".cm-placeholder")
    expect(placeholder).to_have_count(0)
    ann.content.click()
    ann.type("too early")
    line.blocked = False
    line.cut(3001)
    ann.ready()
    expect(placeholder).to_have_text("Start typing…")
    ann.click().type("my text").ready()
    expect(placeholder).to_have_count(0)
    assert lab.call(f"pairedit/rooms/{room_id}/code")["code"] == "my text"
    # After deleting the room, the text can be selected and not changed.
    lab.call(f"pairedit/rooms/{room_id}", "DELETE")
    expect(ann.words).to_have_text("Closed")
    ann.click().type("too late").press("Control+a")
    assert page.evaluate("getSelection().toString()") == "my text"
    ann.shows("my text")


def test_every_address_is_below_the_base_url(lab: Server, sign_in: SignIn) -> None:
    page = sign_in(lab).new_page()
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    page.on("websocket", lambda socket: addresses.append(socket.url))
    page.goto("pairedit/")
    page.get_by_role("button", name="Create New Room").click()
    page.wait_for_url("**/room/*")
    room_id = page.url.rsplit("/", 1)[1]
    RoomPage(page, room_id).ready().click().type("abcde").press("Control+Shift+Enter")
    expect(page.locator(".pairedit-ghost")).to_have_count(1)
    path = f"127.0.0.1:{lab.port}{BASE_URL}pairedit/"
    assert f"ws://{path}ws/{room_id}" in addresses
    assert f"http://{path}autocomplete" in addresses
    foreign = [a for a in addresses if path not in a and not a.startswith("data:")]
    assert foreign == []


def test_keys_right_after_remote_updates_are_all_sent(
    lab: Server, enter: Enter
) -> None:
    room_id = new_room(lab, "ann:\nbob:")
    ann, bob = enter(room_id).ready(), enter(room_id).ready()
    # Bob's page answers each change of the first line in the same task.
    bob.click()
    bob.content.evaluate("""content => {
      window.answers = 0;
      let seen = content.firstChild.textContent;
      new MutationObserver(() => {
        const now = content.firstChild.textContent;
        if (now === seen) return;
        seen = now;
        window.answers++;
        document.execCommand("insertText", false, "!");
      }).observe(content, {childList: true, subtree: true, characterData: true});
    }""")
    ann.content.click()
    ann.press("Control+Home", "End")
    ann.page.keyboard.type("x" * 40, delay=10)
    bob.holds("x" * 40)
    ann.ready()
    bob.ready()
    answers = bob.page.evaluate("window.answers")
    assert answers > 0
    ann.shows(f"ann:{'x' * 40}\nbob:{'!' * answers}")
    bob.shows(ann.text)
