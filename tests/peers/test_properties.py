"""Title, language, limit and settings are the same on two servers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from jupyter_pairedit.core.properties import NewProperties
from jupyter_pairedit.rooms.properties import change_room
from jupyter_pairedit.rooms.readers import EditReader
from jupyter_pairedit.rooms.room import Room
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.errors import RoomChanged
from tests.making import ROOM, message_in

from .servers import pair, reader, until


def room_messages(reader: EditReader, room: Room) -> list[dict[str, Any]]:
    """Return the messages ``room`` among all that the reader is sent now."""
    sent = []
    while frame := reader.next(room):
        sent.append(json.loads(message_in(frame)))
    return [each for each in sent if each["type"] == "room"]


async def test_what_is_changed_here_is_sent_once_to_the_readers_there(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again) as two:
        bob = two.join(two.there, reader("Bob"))
        news = two.there.audience.change

        new = NewProperties("T", "sql", 2, {"suggestions": False})
        changed = await change_room(two.hubs[0], ROOM, new, "Ann", 0)

        await until(lambda: two.there.record == changed)
        assert news.is_set()
        (sent,) = room_messages(bob, two.there)
        assert (sent["title"], sent["language"], sent["limit"]) == ("T", "sql", 2)
        assert sent["settings"]["suggestions"] is False
        assert sent["changes"] == 1
        assert two.there.audience.presence.limit == 2


async def test_a_change_of_what_another_server_has_changed_is_refused(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again) as two:
        await change_room(two.hubs[0], ROOM, NewProperties(title="hers"), "Ann", 0)

        with pytest.raises(RoomChanged) as refused:
            await change_room(two.hubs[1], ROOM, NewProperties(title="his"), "Bob", 0)

        assert refused.value.record.title == "hers"


async def test_a_lowered_limit_sends_nobody_away_on_any_server(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again) as two:
        ann, bob = reader("Ann"), reader("Bob")
        two.join(two.here, ann)
        await until(lambda: two.names() == [["Ann"], ["Ann"]])
        two.join(two.there, bob)
        await until(lambda: two.names() == [["Ann", "Bob"], ["Ann", "Bob"]])
        await until(lambda: "bob" in two.there.audience.seated)

        await change_room(two.hubs[0], ROOM, NewProperties(limit=1), "Ann", 0)
        await until(lambda: two.there.record.limit == 1)
        # The look-up that ends the connections of people without a seat.
        await two.servers[1].peers._update_people({ROOM: two.there})

        assert (ann.ending, bob.ending) == (None, None)
