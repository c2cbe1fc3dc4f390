"""Two Jupyter servers on one database, with a person on each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browsing import SignIn, running
from tests.jupyter import Server
from tests.postgres import Postgres

from .editing import SAVED, Editor, RoomPage, new_room, stored_code

Pair = tuple[Server, Server]
BACK = 60_000  # milliseconds: the longest pause before a reconnect


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def pair(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    """Two servers on one database."""
    url = f"sqlite:///{tmp_path_factory.mktemp('several')}/rooms.db"
    if request.param == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        url = postgres.new_database()
    with (
        running(tmp_path_factory, DATABASE_URL=url) as one,
        running(tmp_path_factory, DATABASE_URL=url) as two,
    ):
        yield one, two


def _both(pair: Pair, sign_in: SignIn) -> tuple[Editor, Editor, str]:
    room_id = new_room(pair[0], "# ann\n\n# bob\n")
    ann, bob = (
        RoomPage(sign_in(server).new_page(), room_id).ready() for server in pair
    )
    ann.content.click()
    ann.press("Control+Home", "ArrowDown")
    return ann, bob.click(), room_id


def _agree(
    pair: Pair, ann: Editor, bob: Editor, room_id: str, words: list[str]
) -> None:
    for editor in (ann, bob):
        expect(editor.words).to_have_text(SAVED, timeout=BACK)
    ann.holds(*words)
    text = ann.text
    bob.shows(text)
    assert [stored_code(server, room_id) for server in pair] == [text, text]
    found = text.split()
    assert {word: found.count(word) for word in words} == dict.fromkeys(words, 1)


def test_two_people_on_two_servers_type_at_once_and_keep_every_word(
    pair: Pair, sign_in: SignIn
) -> None:
    ann, bob, room_id = _both(pair, sign_in)
    for editor in (ann, bob):
        expect(editor.people).to_have_count(2)

    ann.write_by_itself("ann", pause=10, words=30)
    bob.write_by_itself("bob", pause=10, words=30)
    words = f"{ann.finish(BACK)} {bob.finish(BACK)}".split()

    assert len(words) == 60
    _agree(pair, ann, bob, room_id, words)
    expect(bob.root.locator(".pairedit-caret")).to_have_count(1)


@pytest.mark.parametrize("pair", ["postgresql"], indirect=True)
def test_a_database_that_restarts_while_both_type_loses_no_word(
    pair: Pair, sign_in: SignIn, postgres: Postgres
) -> None:
    ann, bob, room_id = _both(pair, sign_in)
    ann.write_by_itself("ann", pause=40)
    bob.write_by_itself("bob", pause=40)
    ann.holds("ann003", "bob003")

    postgres.stop()
    for editor in (ann, bob):
        expect(editor.words).to_contain_text("Read-only")
        editor.page.evaluate("writer.on = false")
    # Each page has all of its own text and perhaps less of the other's.
    anns, bobs = ann.text.splitlines()[1], bob.text.splitlines()[3]
    postgres.start()

    for editor in (ann, bob):
        # Without a key or a click.
        expect(editor.words).to_have_text(SAVED, timeout=BACK)
    ann.shows(f"# ann\n{anns}\n# bob\n{bobs}")
    bob.shows(ann.text)
    assert [stored_code(server, room_id) for server in pair] == [ann.text] * 2
