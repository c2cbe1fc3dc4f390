"""A participant that joins by a pass: without a seat, and without REST."""

from __future__ import annotations

import logging
import traceback

import pytest

from jupyter_pairedit.client import NotConnected, ServerError
from jupyter_pairedit.client.joining import opened
from jupyter_pairedit.client.passentry import PassEntry
from jupyter_pairedit.client.room import Room
from jupyter_pairedit.client.thread import loop_thread

from .conftest import NewPlace, Place


def make(place: Place) -> dict[str, str]:
    path = f"pairedit/rooms/{place.id}/pass"
    made: dict[str, str] = place.server.call(path, "POST", {})
    return made


def enter(place: Place, secret: str) -> Room:
    thread = loop_thread()
    entry = PassEntry(place.server.url, place.id, secret)
    return Room(thread.run(lambda: opened(entry, None, 10.0)), thread)


def test_a_pass_is_enough_to_edit_to_blame_and_to_restore(new_place: NewPlace) -> None:
    place = new_place(limit=1)
    with enter(place, make(place)["pass"]) as room:
        room.replace("x = 1", "x = 2")
        first = room.saved(10)
        assert (room.role, room.people) == ("kernel", ())
        assert [line.line for line in room.blame()] == [1, 2, 3]
        assert [each.version for each in room.history()] == [first]

        last = room.restore(0, 10)

        assert (room.code, room.version) == (place.code(), last)
        assert room.code == "x = 1\ny = 2\n"
        with pytest.raises(ServerError, match="99"):
            room.restore(99)


def test_a_pass_that_was_stopped_ends_the_room_with_a_sentence(place: Place) -> None:
    made = make(place)
    room = enter(place, made["pass"])

    path = f"pairedit/rooms/{place.id}/pass/{made['passId']}"
    place.server.call(path, "DELETE")

    with pytest.raises(NotConnected, match="stopped in the Share panel") as ended:
        for _ in room.changes(timeout=10):
            pass
    assert ended.value.status == room.status == "revoked"
    with pytest.raises(NotConnected, match="stopped in the Share panel"):
        enter(place, made["pass"])


def test_a_pass_is_shown_nowhere(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = make(place)["pass"]
    with enter(place, secret) as room:
        shown = [repr(room), repr(room._room._entry), repr(room.view())]
    with pytest.raises(NotConnected) as refused:
        enter(place, f"{secret}x")
    shown.append("".join(traceback.format_exception(refused.value)))
    shown += [record.getMessage() for record in caplog.records]
    shown.append(place.server.log())

    assert all(secret not in text for text in shown)
