"""The limits of rooms and clients of one server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.rooms.endings import ServerFull
from jupyter_pairedit.rooms.hub import Hub
from jupyter_pairedit.rooms.readers import EditReader
from jupyter_pairedit.stores import open_store
from tests.making import Clock

LIMITS = Limits(rooms=2, stored=4, hello=5.0)
IDS = [letter * 16 for letter in "abcd"]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hub(
    tmp_path: Path, clock: Clock, jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Iterator[Hub]:
    store = open_store(f"sqlite:///{tmp_path}/rooms.db")
    hub = Hub(store, LIMITS, now=lambda: 1_700_000_000.0, clock=clock)
    for room_id in IDS[:3]:
        jp_asyncio_loop.run_until_complete(hub.create("Ann", room_id=room_id))
    yield hub
    jp_asyncio_loop.run_until_complete(hub.close())


async def test_the_least_recently_used_room_is_evicted_at_the_limit(
    hub: Hub, clock: Clock
) -> None:
    first = await hub.open(IDS[0])
    clock.seconds = 1.0
    second = await hub.open(IDS[1])
    clock.seconds = 10.0

    await hub.open(IDS[2])

    assert len(hub.rooms_in_memory) == 2
    assert await hub.open(IDS[1]) is second
    clock.seconds = 20.0
    assert await hub.open(IDS[0]) is not first


async def test_a_room_with_a_client_is_not_evicted(hub: Hub, clock: Clock) -> None:
    readers = [EditReader(room_id, room_id, "Ann") for room_id in IDS[:2]]
    for reader in readers:
        (await hub.open(reader.client_id)).audience.join(reader)
    clock.seconds = 1_000.0

    with pytest.raises(ServerFull, match="2 rooms"):
        await hub.open(IDS[2])

    for reader in readers:
        room = await hub.open(reader.client_id)
        assert room.audience.connections == 1
        room.audience.leave(reader)


async def test_a_room_that_was_just_requested_is_not_evicted(
    hub: Hub,
) -> None:
    for room_id in IDS[:2]:
        await hub.open(room_id)

    with pytest.raises(ServerFull):
        await hub.open(IDS[2])


async def test_rooms_are_created_up_to_the_limit_and_existing_ones_are_found_at_it(
    hub: Hub,
) -> None:
    await hub.create("Ann", room_id=IDS[3])

    with pytest.raises(ServerFull, match="4 stored rooms"):
        await hub.create("Ann")

    assert await hub.create("Ann", room_id=IDS[3]) == (IDS[3], False)
