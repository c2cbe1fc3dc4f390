"""When the server cannot store or refuses an edit, the page says so and keeps it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from playwright.sync_api import expect

from tests.browsing import SignIn
from tests.jupyter import Server

from .editing import SAVED, RoomPage, new_room, stored_code

Serve = Callable[..., Server]


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Hold SQLite's write lock."""
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("begin immediate")
        yield
        other.execute("rollback")


def test_a_locked_database_makes_the_room_read_only_until_it_is_free(
    serve: Serve, sign_in: SignIn, tmp_path: Path
) -> None:
    database = tmp_path / "rooms.db"
    server = serve(DATABASE_URL=f"sqlite:///{database}")
    room_id = new_room(server, "before\n")
    ann = RoomPage(sign_in(server).new_page(), room_id).ready()
    bob = RoomPage(sign_in(server).new_page(), room_id).ready()
    with locked(database):
        ann.click().type("typed")
        expect(ann.words).to_contain_text("Read-only")
        expect(ann.words).to_contain_text("waiting")
        expect(ann.sentence).to_contain_text("Nothing can be saved for now")
        ann.shows("before\ntyped")
        # Others do not see it, and further keys are refused.
        ann.type("not taken")
        ann.shows("before\ntyped")
        bob.shows("before\n")
    expect(ann.words).to_have_text(SAVED)
    expect(ann.sentence).to_be_hidden()
    for editor in (ann, bob):
        editor.shows("before\ntyped")
    ann.type(" on").ready()
    bob.shows("before\ntyped on")
    assert stored_code(server, room_id) == "before\ntyped on"


def test_a_notice_appears_before_code_gets_too_large(
    lab: Server, sign_in: SignIn
) -> None:
    room_id = new_room(lab, f"one\n{'x' * 10_001}\n")
    ann = RoomPage(sign_in(lab).new_page(), room_id).ready()
    notice = ann.root.locator(".pairedit-large")
    expect(notice).to_contain_text("Line 2 has more than 10,000 characters")

    half = f"{'x' * 1023}\n" * 512
    lab.call(f"pairedit/rooms/{room_id}/code", "PUT", {"code": half})
    expect(notice).to_be_hidden()

    ann.click().type("more").ready()
    expect(notice).to_contain_text("more than 512 KiB")
    notice.get_by_role("button", name="Dismiss").press("Enter")
    expect(notice).to_be_hidden()
    expect(ann.content).to_be_focused()


def test_who_dismisses_that_a_line_is_long_still_learns_that_the_code_is_large(
    lab: Server, sign_in: SignIn
) -> None:
    room_id = new_room(lab, f"one\n{'x' * 10_001}\n")
    ann = RoomPage(sign_in(lab).new_page(), room_id).ready()
    notice = ann.root.locator(".pairedit-large")
    expect(notice).to_contain_text("Line 2 has more than 10,000 characters")
    notice.get_by_role("button", name="Dismiss").click()
    # The same line is no news when it moves.
    mark = ann.root.locator(".pairedit-fingerprint")
    before = mark.inner_text()
    ann.type("a\n")
    expect(mark).not_to_have_text(before)
    expect(mark).not_to_have_text("")
    expect(notice).to_be_hidden()

    large = f"{'x' * 1023}\n" * 513
    lab.call(f"pairedit/rooms/{room_id}/code", "PUT", {"code": large})
    expect(notice).to_contain_text("more than 512 KiB")


def test_text_that_is_too_large_is_refused_with_the_limit_and_kept(
    lab: Server, sign_in: SignIn
) -> None:
    room_id = new_room(lab, "small\n")
    ann = RoomPage(sign_in(lab).new_page(), room_id).ready()
    bob = RoomPage(sign_in(lab).new_page(), room_id).ready()
    ann.click()
    ann.page.keyboard.insert_text("x" * (1024 * 1024))
    expect(ann.sentence).to_contain_text("1 MiB")
    expect(ann.words).to_contain_text("Not saved")
    # Its writer keeps it and can shorten it.
    ann.type("Y")
    bob.click().type("bob")
    bob.ready()
    expect(ann.sentence).to_contain_text("1 MiB")
    assert ann.page.evaluate(
        "document.querySelector('.cm-content').textContent.length > 1000"
    )
    ann.press("Control+z", "Control+z", "Control+z")
    ann.ready()
    expect(ann.sentence).to_be_hidden()
    ann.shows("small\nbob")
    assert stored_code(lab, room_id) == "small\nbob"
