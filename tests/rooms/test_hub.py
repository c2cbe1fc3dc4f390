"""The open rooms of one server."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_pairedit.core.identifiers import is_room_id
from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.core.storable import BadChange
from jupyter_pairedit.protocol import Close
from jupyter_pairedit.rooms.hub import Hub
from jupyter_pairedit.rooms.newroom import DEFAULT_CODE
from jupyter_pairedit.rooms.readers import EditReader
from jupyter_pairedit.rooms.room import TooLarge, Writer
from jupyter_pairedit.stores import open_store
from jupyter_pairedit.stores.errors import RoomNotFound
from tests.making import ROOM, Clock, SteeredStore, insert

GUARD = 30.0
"""Seconds after which a test that hangs fails."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hub(
    tmp_path: Path, clock: Clock, jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Iterator[Hub]:
    store = open_store(f"sqlite:///{tmp_path}/rooms.db")
    limits = Limits(code=1_000, connects=2, connects_per=10.0)
    hub = Hub(store, limits, now=lambda: 1_700_000_000.0, clock=clock)
    yield hub
    jp_asyncio_loop.run_until_complete(hub.close())


async def test_a_new_room_has_the_code_of_the_prototype(hub: Hub) -> None:
    room_id, is_new = await hub.create("Ann")

    room = await hub.open(room_id)

    assert is_new and is_room_id(room_id) and len(room_id) == 22
    assert room.code == DEFAULT_CODE
    assert DEFAULT_CODE.startswith("# Start coding here...")
    assert (room.record.author, room.record.limit) == ("Ann", 2)


async def test_creating_a_room_twice_creates_one(hub: Hub) -> None:
    first = await hub.create("Ann", room_id=ROOM, code="first", limit=5)
    second = await hub.create("Bob", room_id=ROOM, code="second")

    assert (first, second) == ((ROOM, True), (ROOM, False))
    room = await hub.open(ROOM)
    assert (room.code, room.record.limit) == ("first", 5)


async def test_initial_code_is_checked(hub: Hub) -> None:
    with pytest.raises(BadChange):
        await hub.create("Ann", code="\0")
    with pytest.raises(TooLarge):
        await hub.create("Ann", code="x" * 1_001)
    assert await hub.store.rooms() == []


async def test_concurrent_callers_share_one_load(hub: Hub) -> None:
    await hub.create("Ann", room_id=ROOM)

    rooms = await asyncio.gather(*(hub.open(ROOM) for _ in range(10)))

    assert len({id(room) for room in rooms}) == 1


async def test_a_cancelled_caller_does_not_cancel_the_load(hub: Hub) -> None:
    await hub.create("Ann", room_id=ROOM)
    cancelled = asyncio.ensure_future(hub.open(ROOM))
    other = asyncio.ensure_future(hub.open(ROOM))
    await asyncio.sleep(0)

    cancelled.cancel()

    assert (await other).record.room_id == ROOM


async def test_an_unknown_room_is_looked_up_each_time(hub: Hub) -> None:
    for _ in range(2):
        with pytest.raises(RoomNotFound):
            await hub.open(ROOM)

    await hub.create("Ann", room_id=ROOM)
    assert (await hub.open(ROOM)).record.room_id == ROOM


async def test_deleting_a_room_ends_its_connections(hub: Hub) -> None:
    await hub.create("Ann", room_id=ROOM)
    room = await hub.open(ROOM)
    reader = EditReader("ann-1", "ann", "Ann")
    room.audience.join(reader)

    await hub.delete(ROOM)

    assert reader.ending is not None
    with pytest.raises(RoomNotFound):
        await hub.open(ROOM)
    with pytest.raises(RoomNotFound):
        await room.push(Writer("ann-1", "Ann"), 0, [insert(23, 0, "x")])


async def test_a_room_that_was_created_again_elsewhere_is_loaded_again(
    hub: Hub,
) -> None:
    await hub.create("Ann", room_id=ROOM, code="old")
    old = await hub.open(ROOM)
    reader = EditReader("ann-1", "ann", "Ann")
    old.audience.join(reader)
    assert await hub.write(ROOM, Writer.without_connection("Ann"), "older") == 1
    await hub.store.delete(ROOM, 2_000.0)
    await hub.create("Ann", room_id=ROOM, code="new")

    async with asyncio.timeout(GUARD):
        with pytest.raises(RoomNotFound):
            await hub.write(ROOM, Writer.without_connection("Ann"), "newer")

    assert reader.ending is not None and reader.ending.code == Close.ROOM_DELETED
    new = await hub.open(ROOM)
    assert new.code == "new"
    hub.forget(old)
    assert hub.opened(ROOM) is new, "forgetting the old room keeps the new one"


async def test_closing_ends_all_connections(hub: Hub) -> None:
    await hub.create("Ann", room_id=ROOM)
    room = await hub.open(ROOM)
    reader = EditReader("ann-1", "ann", "Ann")
    room.audience.join(reader)

    async def connection() -> None:
        await room.audience.change.wait()
        room.audience.leave(reader)

    connected = asyncio.ensure_future(connection())
    await asyncio.sleep(0)
    await hub.close()

    assert connected.done()
    assert reader.ending is not None and reader.ending.code == Close.RESTARTING


async def test_rooms_may_be_deleted_while_the_hub_closes(tmp_path: Path) -> None:
    store = SteeredStore(open_store(f"sqlite:///{tmp_path}/rooms.db"))
    hub = Hub(store, Limits(), now=lambda: 1_700_000_000.0, clock=lambda: 0.0)
    others = [ROOM.swapcase(), "Q" * 22]
    for room_id in (ROOM, *others):
        await hub.create("Ann", room_id=room_id)
        await (await hub.open(room_id)).write(Writer("ann-1", "Ann"), "x")
    closed: list[int] = []
    snapshot, close_inner = store.snapshot, store.close

    async def delete_first(room_id: str, version: int, digest: str, code: str) -> None:
        for room in map(hub.opened, others):
            if room is not None:
                hub.forget(room)
        await snapshot(room_id, version, digest, code)

    async def close() -> None:
        closed.append(len(await store.rooms()))

    store.snapshot, store.close = delete_first, close
    await hub.close()
    await close_inner()

    assert closed == [3]


async def test_only_rooms_with_clients_are_counted(hub: Hub) -> None:
    await hub.create("Ann", room_id=ROOM)
    room = await hub.open(ROOM)
    reader = EditReader("ann-1", "ann", "Ann")

    room.audience.join(reader)
    assert (hub.connections, hub.people_in(ROOM)) == ({ROOM: 1}, ["Ann"])
    room.audience.leave(reader)
    assert (hub.connections, hub.people_in(ROOM)) == ({}, [])


async def test_a_room_is_evicted_after_the_idle_time(hub: Hub, clock: Clock) -> None:
    await hub.create("Ann", room_id=ROOM)
    room = await hub.open(ROOM)
    reader = EditReader("ann-1", "ann", "Ann")
    room.audience.join(reader)
    clock.seconds = 1_000.0
    hub.evict()
    assert await hub.open(ROOM) is room

    room.audience.leave(reader)
    clock.seconds += 299.0
    hub.evict()
    assert await hub.open(ROOM) is room
    await room.push(Writer("ann-1", "Ann"), 0, [insert(23, 0, "# kept\n")])

    clock.seconds += 300.0
    await hub.tidy()
    again = await hub.open(ROOM)
    assert again is not room
    await hub._closing.settle()
    stored = await hub.store.load(ROOM)
    assert (stored.version, list(stored.revisions)) == (1, []), "a snapshot was stored"
    assert again.code == "# kept\n" + DEFAULT_CODE


async def test_a_client_id_is_derived_from_the_key(hub: Hub) -> None:
    here = await hub.open((await hub.create("Ann"))[0])
    there = await hub.open((await hub.create("Ann"))[0])
    key, other = "k" * 22, "l" * 22

    client_id = here.client_id_of(key)

    assert re.fullmatch("[A-Za-z0-9_-]{6}", client_id)
    assert client_id == here.client_id_of(key) != here.client_id_of(other)
    assert client_id != there.client_id_of(key)
