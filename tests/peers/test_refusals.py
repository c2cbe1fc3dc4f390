"""Members on all servers are sent the name of who finds a room full on one of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from jupyter_pairedit.rooms.readers import EditReader
from jupyter_pairedit.rooms.room import Room
from jupyter_pairedit.stores.base import Store
from tests.making import ROOM, message_in

from .servers import Pair, pair, until


def seated(two: Pair, room: Room, name: str, label: str | None = None) -> EditReader:
    """Add a reader that has been sent ``welcome``."""
    joined = EditReader(f"{name}-1", name, name, label)
    two.join(room, joined)
    joined.begin(room)
    return joined


def wanted_seats(reader: EditReader, room: Room) -> list[dict[str, Any]]:
    """Return the messages ``seat_wanted`` among all that the reader is sent now."""
    sent = []
    while frame := reader.next(room):
        sent.append(json.loads(message_in(frame)))
    return [each for each in sent if each["type"] == "seat_wanted"]


async def test_members_on_another_server_are_sent_the_cleaned_name_once(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again) as two:
        ann = seated(two, two.here, "Ann")
        news = two.here.audience.change

        two.there.audience.refuse("Cem\u202e", True)

        await until(lambda: two.here.presence.refusals == 1)
        assert news.is_set()
        wanted = {"type": "seat_wanted", "name": "Cem", "guest": True}
        assert wanted_seats(ann, two.here) == [wanted]
        # Looking up everything again, as every 15 seconds, repeats nothing.
        await two.servers[0].peers._show_refusals({ROOM: two.here})
        await two.servers[1].peers._show_refusals({ROOM: two.there})
        assert wanted_seats(ann, two.here) == []
        assert two.there.presence.refusals == 1


async def test_guests_on_another_server_are_sent_no_name(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again) as two:
        bob = seated(two, two.here, "Bob", label="for Bob")

        two.there.audience.refuse("Cem", True)

        await until(lambda: two.here.presence.refusals == 1)
        assert wanted_seats(bob, two.here) == []


async def test_a_server_that_opens_the_room_later_sends_no_earlier_name(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again) as two:
        two.there.audience.refuse("Cem", True)
        await until(lambda: two.here.presence.refusals == 1)

        two.hubs[0]._evict_room(ROOM)
        again = await two.hubs[0].open(ROOM)
        ann = seated(two, again, "Ann")
        two.there.audience.refuse("Dan", False)
        await until(lambda: again.presence.refusals == 1)

        wanted = {"type": "seat_wanted", "name": "Dan"}
        assert wanted_seats(ann, again) == [wanted]


async def test_names_of_both_servers_count_for_one_limit(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again) as two:
        asked: list[str] = []
        here, there = two.servers
        here.peers._may_report = lambda room_id: not asked.append(room_id)  # type: ignore[func-returns-value]
        two.there.audience.refuse("Cem", True)
        await until(lambda: two.here.presence.refusals == 1)

        here.peers._may_report = lambda room_id: False
        two.there.audience.refuse("Dan", True)
        numbers = there.hub.store.peers.refusals
        while (await numbers([ROOM]))[ROOM].name != "Dan":
            pass
        await here.peers._show_refusals({ROOM: two.here})

        assert asked == [ROOM]
        assert two.here.presence.refusals == 1
