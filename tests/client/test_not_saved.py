"""Text that the room did not take: ``saved`` or ``close`` returns it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from jupyter_pairedit import connect
from jupyter_pairedit.client import NotConnected, NotSaved, Room
from jupyter_pairedit.client.credentials import Token
from jupyter_pairedit.client.entry import MemberEntry
from jupyter_pairedit.core.limits import MIB

from .conftest import CODE, Join, Place

SOON = 10.0
"""Seconds after which a test that waits in vain fails."""
LARGE = "x" * (MIB + 1)
PRECIOUS = "precious\n"


def revoke(place: Place, link: str) -> None:
    """Revoke a guest link."""
    invite = link.partition("#")[2].split(".")[1]
    place.server.call(f"pairedit/rooms/{place.id}/invites/{invite}", "DELETE")


def mute(room: Room) -> None:
    """Let nothing that the room sends arrive any more."""
    connection = room._room._participant._connection
    room._thread.call(lambda: setattr(connection, "send", lambda _: None))


def wait_for_end(room: Room) -> None:
    """Wait until the connection has ended for good."""
    with pytest.raises(NotConnected):
        room._thread.run(lambda: room._room._until(lambda: False))


def test_the_same_text_that_is_too_large_is_refused_each_time(
    place: Place, join: Join
) -> None:
    room = join(place.link())

    for _ in range(2):
        room.write(LARGE)
        with pytest.raises(NotSaved) as refusal:
            room.saved(SOON)
        assert refusal.value.text == LARGE

    assert room.saved(SOON) == 0


def test_a_refusal_that_nobody_has_heard_of_is_reported_once_when_the_room_is_closed(
    place: Place,
) -> None:
    room = connect(place.link())
    room.write(LARGE)
    participant = room._room._participant
    room._thread.run(lambda: room._room._until(lambda: not participant.unsent))

    with pytest.raises(NotSaved, match="did not take") as refusal:
        room.close()
    room.close()

    assert refusal.value.text == LARGE
    assert (room.status, place.code()) == ("closed", CODE)


def test_a_refusal_that_saved_has_reported_is_not_reported_again(place: Place) -> None:
    with connect(place.link()) as room:
        room.write(LARGE)
        with pytest.raises(NotSaved):
            room.saved(SOON)


def test_a_write_that_could_not_be_sent_is_returned_when_the_room_is_closed(
    place: Place,
) -> None:
    room = connect(place.url)
    entry = room._room._entry
    assert isinstance(entry, MemberEntry)
    entry.server = "http://127.0.0.1:1/"
    room._thread.call(room._room._participant.restart)
    room.replace("x = 1", "x = 2")
    room.write(PRECIOUS)

    with pytest.raises(NotSaved, match=r"within 0\.01 s") as refusal:
        room.close(timeout=0.01)

    assert refusal.value.text == PRECIOUS


@pytest.mark.parametrize("write", [True, False])
def test_a_link_that_is_revoked_returns_the_text_at_the_end_of_the_block(
    place: Place, write: bool
) -> None:
    link = place.link()

    with pytest.raises(NotSaved, match="was revoked") as refusal, connect(link) as room:
        mute(room)
        room.replace("x = 1", "x = 2")
        if write:
            room.write(PRECIOUS)
        revoke(place, link)
        wait_for_end(room)

    text = PRECIOUS if write else "x = 2\ny = 2\n"
    assert (refusal.value.text, room.view().lost) == (text, text)


def test_a_token_that_is_refused_meanwhile_returns_the_text_at_the_end_of_the_block(
    place: Place,
) -> None:
    with pytest.raises(NotSaved, match="token") as refusal, connect(place.url) as room:
        entry = room._room._entry
        assert isinstance(entry, MemberEntry)
        entry.credential = Token("an-old-token")
        room._thread.call(room._room._participant.restart)
        room.write(PRECIOUS)
        wait_for_end(room)

    assert refusal.value.text == PRECIOUS


def test_a_link_that_is_revoked_while_the_room_is_closed_returns_the_text(
    place: Place,
) -> None:
    link = place.link()
    room = connect(link)
    mute(room)
    room.write(PRECIOUS)

    with ThreadPoolExecutor() as pool:
        closing = pool.submit(room.close, SOON)
        revoke(place, link)
        refusal = closing.exception()

    assert isinstance(refusal, NotSaved)
    assert (refusal.text, room.view().lost) == (PRECIOUS, PRECIOUS)
