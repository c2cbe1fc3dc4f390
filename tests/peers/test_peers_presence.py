"""People on two servers see each other and share the seats of a room."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from jupyter_pairedit.core.carets import Caret
from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.core.presence import RoomFull
from jupyter_pairedit.peers.peers import Peers
from jupyter_pairedit.peers.presence import show_elsewhere
from jupyter_pairedit.protocol import Close
from jupyter_pairedit.rooms.hub import Hub
from jupyter_pairedit.rooms.readers import EditReader
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.peers import HEARTBEAT, Announcement, PeerClient
from tests.making import ROOM, insert

from .servers import (
    ANN,
    GUARD,
    pair,
    reader,
    until,
)


async def test_people_there_are_visible_here_with_their_carets(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again, "some text") as two:
        two.join(two.here, reader("Ann"))
        bob = two.join(two.there, reader("Bob"))
        await until(lambda: two.names() == [["Ann", "Bob"]] * 2)

        two.there.place_caret(Caret("bob-1", 2, 4, 0))

        await until(lambda: two.here.audience.carets.placed("bob-1") is not None)
        (caret,) = two.here.audience.carets.since(0)
        assert (caret.client_id, caret.anchor, caret.head) == ("bob-1", 2, 4)
        await two.here.push(ANN, 0, [insert(9, 0, "> ")])
        (caret,) = two.here.audience.carets.since(0)
        assert (caret.anchor, caret.head) == (4, 6)

        two.there.audience.leave(bob)
        await until(lambda: two.names() == [["Ann"]] * 2)
        assert two.here.audience.carets.placed("bob-1") is None


async def test_a_caret_that_was_placed_before_anybody_came_is_seen(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again, "some text") as two:
        two.join(two.there, reader("Bob"))
        two.there.place_caret(Caret("bob-1", 3, 3, 0))

        two.join(two.here, reader("Ann"))

        await until(lambda: two.here.audience.carets.placed("bob-1") is not None)


async def test_a_crowd_is_stored_in_one_transaction(
    open_again: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_again()
    hub = Hub(store, Limits(people=500), now=time.time, clock=time.monotonic)
    rooms = []
    for number in range(3):
        room_id, _ = await hub.create("Ann", room_id=f"{number}" * 22, code="")
        rooms.append(await hub.open(room_id))
    stored: list[int] = []
    announce = store.peers.announce

    async def count(changes: Sequence[Announcement]) -> None:
        await announce(changes)
        stored.append(sum(len(each.clients) for each in changes))

    monkeypatch.setattr(store.peers, "announce", count)
    go_on = asyncio.Event()

    async def pause(seconds: float) -> None:
        # There is no heartbeat while this lasts.
        await (asyncio.Event() if seconds == HEARTBEAT else go_on).wait()

    peers = Peers(hub, store.peers, None, pause)
    for room in rooms:
        await peers._room_opened(room)
    peers.start()
    rooms[0].audience.join(reader("Ann"))
    await until(lambda: stored == [1])

    crowd = [reader(f"P{number}") for number in range(100)]
    for number, each in enumerate(crowd):
        rooms[number % 3].audience.join(each)
    go_on.set()

    await until(lambda: len(stored) == 2)
    assert stored == [1, 100]
    taken = await store.peers.clients([each.record.room_id for each in rooms])
    assert sorted(map(len, taken.values())) == [33, 33, 35]
    await peers.stop()
    for number, each in enumerate(crowd):
        rooms[number % 3].audience.leave(each)
    await store.close()


async def test_nobody_is_woken_where_all_is_as_it_was(
    open_again: Callable[[], Store],
) -> None:
    hub = Hub(open_again(), Limits(), now=time.time, clock=time.monotonic)
    await hub.create("Ann", room_id=ROOM, code="some text")
    room = await hub.open(ROOM)
    bob = PeerClient("bob-1", "bob", "Bob", 1)
    moved = replace(bob, caret=Caret("bob-1", 2, 4, 0))

    woken = []
    for seats in ([bob], [bob], [moved], [moved], [], []):
        news = room.audience.change
        await show_elsewhere(room, seats)
        woken.append(news.is_set())

    assert woken == [True, False, True, False, True, False]
    await hub.close()


async def test_one_person_on_two_servers_counts_once(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again) as two:
        two.join(two.here, reader("Ann"))
        two.join(two.there, reader("Ann", 2))

        await until(lambda: two.names() == [["Ann"]] * 2)
        for room in (two.here, two.there):
            await until(lambda: room.audience.presence.clients == {"ann-1", "ann-2"})  # noqa: B023


async def test_equal_names_on_two_servers_are_numbered(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again) as two:
        two.join(two.here, EditReader("one-1", "one", "Ann"))
        two.join(two.there, EditReader("two-1", "two", "Ann"))

        await until(lambda: two.names() == [["Ann", "Ann (2)"]] * 2)


async def test_people_on_all_servers_count_for_the_limit(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again) as two:
        two.join(two.here, reader("Ann"))
        two.join(two.here, reader("Bob"))
        two.join(two.there, reader("Cem"))
        await until(lambda: two.names() == [["Ann", "Bob", "Cem"]] * 2)

        for room in (two.here, two.there):
            with pytest.raises(RoomFull):
                two.join(room, reader("Dan"))
            two.join(room, reader("Cem", 2))


async def test_of_two_people_who_join_last_at_once_one_is_admitted(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again) as two:
        two.join(two.here, reader("Ann"))
        two.join(two.there, reader("Bob"))
        await until(lambda: two.names() == [["Ann", "Bob"]] * 2)
        cem, dan = reader("Cem"), reader("Dan")

        two.join(two.here, cem)
        two.join(two.there, dan)

        await until(lambda: (cem.ending or dan.ending) is not None)
        loser, room = (cem, two.here) if cem.ending else (dan, two.there)
        assert loser.ending is not None and loser.ending.code == Close.ROOM_FULL
        room.audience.leave(loser)
        winner = "Dan" if loser is cem else "Cem"
        await until(lambda: two.names() == [["Ann", "Bob", winner]] * 2)
        assert cem.ending is None or dan.ending is None


async def test_people_of_a_stopped_server_are_removed(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again) as two:
        two.join(two.here, reader("Ann"))
        bob = reader("Bob")
        two.join(two.there, bob)
        await until(lambda: two.names() == [["Ann", "Bob"]] * 2)

        two.there.audience.leave(bob)
        await two.hubs[1].close()

        await until(lambda: two.names()[0] == ["Ann"])


async def nobody_sits_in_the_room(store: Store) -> None:
    """Wait until no server has a seat in the room."""
    async with asyncio.timeout(GUARD):
        while True:
            if not (await store.peers.clients([ROOM]))[ROOM]:
                break
            await asyncio.sleep(0.005)  # between two attempts


async def test_people_of_a_deleted_room_are_removed(
    open_again: Callable[[], Store],
) -> None:
    async with pair(open_again) as two:
        bob = two.join(two.there, reader("Bob"))
        await until(lambda: two.names() == [["Bob"]] * 2)

        await two.hubs[1].delete(ROOM)
        two.there.audience.leave(bob)

        await nobody_sits_in_the_room(two.hubs[0].store)


async def test_a_client_that_is_not_connected_here_is_withdrawn(
    open_again: Callable[[], Store],
) -> None:
    """The last report was stored although the store raised an error."""
    async with pair(open_again) as two:
        ghost = PeerClient("eve-1", "eve", "Eve", 1)
        await two.hubs[0].store.peers.announce([Announcement(ROOM, [ghost])])

        bob = two.join(two.there, reader("Bob"))

        await until(lambda: two.names() == [["Bob"]] * 2)
        two.there.audience.leave(bob)
        await nobody_sits_in_the_room(two.hubs[0].store)


async def test_a_client_that_joins_during_a_withdrawal_is_announced(
    open_again: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with pair(open_again) as two:
        ann = two.join(two.here, reader("Ann"))
        await until(lambda: two.names() == [["Ann"]] * 2)
        coming = [reader("Cem")]
        store = two.hubs[0].store.peers
        announce = store.announce

        async def announce_late(changes: Sequence[Announcement]) -> None:
            await announce(changes)
            if coming and not any(each.clients for each in changes):
                two.join(two.here, coming.pop())

        monkeypatch.setattr(store, "announce", announce_late)
        two.here.audience.leave(ann)

        await until(lambda: two.names() == [["Cem"]] * 2)
