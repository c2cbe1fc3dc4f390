"""Running the code of a room: the owner's press, a guest's question, and the output."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from jupyter_pairedit import connect
from tests.browsing import SignIn
from tests.jupyter import Server

from .editing import RoomPage, listen_for_trouble, new_room
from .guests import GuestPage, invite
from .running import SLOW, RunView, switch

FAILS = "def half(x):\n    return x / 0\n\n\nprint('before')\nhalf(1)\n"


def test_a_guest_asks_the_owner_reads_and_both_see_the_output(
    lab: Server, sign_in: SignIn, visit: Callable[[], Page]
) -> None:
    room_id = new_room(lab, "print('out', 6 * 7)\n", limit=5)
    owner = RoomPage(sign_in(lab).new_page(), room_id).ready()
    trouble = listen_for_trouble(owner.page)
    switch(owner, "Guests may ask to run the code")
    mine = RunView(owner)
    mine.start()
    mine.shows("Done", "out 42")
    expect(owner.live).to_contain_text("Run finished")

    link = invite(lab, room_id, role="edit")["url"]
    guest = GuestPage(visit(), link)
    guest.enter("Bob")
    theirs = RunView(guest)
    expect(theirs.button).to_have_text("Ask to run")
    guest.click().type("print('asked')\n")
    guest.ready()
    guest.press("Shift+Enter")
    expect(theirs.state).to_contain_text("Waiting for the owner")

    expect(mine.question).to_contain_text("Bob (guest) asks to run")
    expect(mine.question).to_contain_text("This runs as you, with your files.")
    expect(mine.question.locator(".pairedit-listing-code").first).to_contain_text(
        "print('asked')"
    )
    # What is typed during the question is not run.
    guest.type("raise SystemExit\n")
    expect(mine.question).to_contain_text("That is not part of this run")
    mine.question.get_by_role("button", name="Run once").click()
    for view in (mine, theirs):
        view.shows("Done", "asked")
        expect(view.outputs).not_to_contain_text("SystemExit")
    expect(mine.question).to_have_count(0)
    assert trouble == []


def test_text_of_a_guest_is_listed_before_it_runs(
    lab: Server, sign_in: SignIn, visit: Callable[[], Page]
) -> None:
    room_id = new_room(lab, "a = 1\n", limit=5)
    owner = RoomPage(sign_in(lab).new_page(), room_id).ready()
    mine = RunView(owner)
    mine.start()
    expect(mine.state).to_contain_text("Done", timeout=SLOW)
    guest = GuestPage(visit(), invite(lab, room_id, role="edit")["url"])
    guest.enter("Bob")
    line = "print('by Bob')" + " " * 200 + "# and a word"
    guest.click().type(f"{line}\n")
    guest.ready()
    owner.shows(f"a = 1\n{line}\n")

    owner.click().press("Shift+Enter")
    expect(mine.bar).to_contain_text("Guests who may edit see what comes out")
    owner.press("Shift+Enter")
    expect(mine.unread).to_contain_text("print('by Bob')")
    # What stands far to the right is in the view as well.
    listing = mine.unread.locator(".pairedit-listing").first
    assert listing.evaluate("listing => listing.scrollWidth - listing.clientWidth") == 0
    expect(mine.outputs).not_to_contain_text("by Bob")
    expect(owner.content).to_be_focused()
    mine.unread.get_by_role("button", name="Run", exact=True).click()
    mine.shows("Done", "by Bob")
    assert owner.text == f"a = 1\n{line}\n"

    # It was shown, and is not listed again.
    owner.press("Shift+Enter")
    expect(mine.panel).to_contain_text("You ran version")
    expect(mine.unread).to_have_count(0)

    # On another page, the same person is not told again who sees the output.
    second = RoomPage(owner.page.context.new_page(), room_id).ready()
    second.click().press("Shift+Enter")
    theirs = RunView(second)
    expect(theirs.panel.locator(".pairedit-run-choice option")).to_have_count(4)
    expect(theirs.bar).to_be_hidden()


def test_each_guest_of_one_line_can_be_trusted(lab: Server, sign_in: SignIn) -> None:
    room_id = new_room(lab, "a = 1\n", limit=5)
    link = invite(lab, room_id, role="edit")["url"]
    owner = RoomPage(sign_in(lab).new_page(), room_id).ready()
    mine = RunView(owner)
    mine.start()
    expect(mine.state).to_contain_text("Done", timeout=SLOW)
    with connect(link, name="Bob") as bob, connect(link, name="Eve") as eve:
        with bob.edit() as edit:
            edit.insert("print('by Bob', )\n", line=2)
        bob.saved(timeout=10)
        eve.replace(", )", ", 'and Eve')")
        owner.shows("a = 1\nprint('by Bob', 'and Eve')\n")
        owner.click().press("Shift+Enter")
        expect(mine.bar).to_contain_text("Bob and Eve are here as guests")
        owner.press("Shift+Enter")
        for name in ("Bob", "Eve"):
            trust = mine.unread.get_by_role("button", name=f"Trust {name} (guest)")
            trust.click()
            expect(trust).to_be_disabled()
        mine.unread.get_by_role("button", name="Run", exact=True).click()
        mine.shows("Done", "by Bob and Eve")

        bob.replace("'by Bob'", "'again by Bob'")
        eve.replace("'and Eve'", "'and Eve again'")
        owner.shows("a = 1\nprint('again by Bob', 'and Eve again')\n")
        owner.press("Shift+Enter")
        mine.shows("Done", "again by Bob and Eve again")
        expect(mine.unread).to_have_count(0)


def test_a_line_of_a_traceback_leads_to_the_code(lab: Server, sign_in: SignIn) -> None:
    owner = RoomPage(sign_in(lab).new_page(), new_room(lab, FAILS)).ready()
    mine = RunView(owner)
    mine.start()
    mine.shows("Failed", "ZeroDivisionError")
    owner.click().press("Control+Home").type("\n")
    links = mine.outputs.locator(".pairedit-line-link")
    expect(links).to_have_count(2)
    links.nth(1).click()
    expect(owner.content).to_be_focused()
    # Line 2 of the version is line 3 of the text of now.
    owner.press("End").type("  # here")
    owner.shows("\n" + FAILS.replace("x / 0", "x / 0  # here"))


def test_the_rule_of_a_traceback_is_one_line_in_a_narrow_page(
    lab: Server, sign_in: SignIn
) -> None:
    # The second one has neither colours nor a traceback around it.
    code = f"print('one\\n{'-' * 75}\\ntwo')\n{FAILS}"
    owner = RoomPage(sign_in(lab).new_page(), new_room(lab, code)).ready()
    owner.page.set_viewport_size({"width": 390, "height": 844})
    mine = RunView(owner)
    mine.start()
    mine.shows("Failed", "ZeroDivisionError")

    rules = mine.outputs.locator(".pairedit-rule")
    expect(rules).to_have_text(["-" * 75] * 2)
    for at in range(2):
        sizes = rules.nth(at).evaluate(
            "each => [each.getBoundingClientRect().height,"
            " parseFloat(getComputedStyle(each).lineHeight)]"
        )
        assert abs(sizes[0] - sizes[1]) < 1
    # What is cut off can still be copied, and is no line of its own.
    copied = mine.outputs.evaluate("each => each.innerText")
    assert f"one\n{'-' * 75}\ntwo\n" in copied
    assert mine.outputs.evaluate("each => each.scrollWidth <= each.clientWidth")


def test_the_selection_runs_alone_and_a_run_can_be_stopped(
    lab: Server, sign_in: SignIn
) -> None:
    code = "print('first')\nprint('second')"
    owner = RoomPage(sign_in(lab).new_page(), new_room(lab, code)).ready()
    mine = RunView(owner)
    mine.start()
    mine.shows("Done", "first")
    owner.click().press("Alt+Shift+Enter")
    expect(mine.panel).to_contain_text("a part of version", timeout=SLOW)
    mine.shows("Done", "second")
    expect(mine.outputs).not_to_contain_text("first")
    owner.press("Control+a").type("import time\nwhile True: time.sleep(0.1)")
    owner.press("Control+Enter")
    expect(mine.state).to_contain_text("Running", timeout=SLOW)
    mine.panel.get_by_role("button", name="Stop").click()
    expect(mine.state).to_contain_text("Stopped", timeout=SLOW)


def test_without_a_kernel_the_keys_keep_their_meaning(
    lab: Server, sign_in: SignIn
) -> None:
    owner = RoomPage(sign_in(lab).new_page(), new_room(lab, "a")).ready()
    owner.click().press("Shift+Enter").type("b")
    owner.shows("a\nb")


def test_the_history_has_the_runs_and_displays_their_output(
    lab: Server, sign_in: SignIn
) -> None:
    room_id = new_room(lab, "print('first')")
    owner = RoomPage(sign_in(lab).new_page(), room_id).ready()
    mine = RunView(owner)
    mine.start()
    mine.shows("Done", "first")
    owner.click().type("; print('later')").ready()
    owner.press("Shift+Enter")
    mine.shows("Done", "later")

    # Another page gets the outputs of the last run, and reads those of earlier ones.
    other = RoomPage(sign_in(lab).new_page(), room_id).ready()
    theirs = RunView(other)
    theirs.shows("Done", "later")
    other.root.get_by_role("button", name="History", exact=True).click()
    history = other.root.get_by_role("region", name="History")
    marks = history.locator(".pairedit-run-mark")
    expect(marks).to_have_count(2)
    expect(history.locator(".pairedit-run-list")).to_contain_text("Done in")
    marks.first.click()
    shown = history.locator(".pairedit-then")
    expect(shown).not_to_contain_text("later")
    history.get_by_role("button", name="Show its output").click()
    theirs.shows("Done", "first")
    expect(theirs.outputs).not_to_contain_text("later")
