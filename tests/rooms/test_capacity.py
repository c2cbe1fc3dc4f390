"""How many rooms and clients one server takes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.rooms.hub import Hub, ServerFull
from jupyter_pairedit.rooms.readers import EditReader
from jupyter_pairedit.stores import open_store

LIMITS = Limits(rooms=2, stored=4, hello=5.0)
IDS = [letter * 16 for letter in "abcd"]


class Clock:
    """A clock that the test winds."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


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


async def test_a_room_more_takes_the_place_of_the_one_longest_unneeded(
    hub: Hub, clock: Clock
) -> None:
    first = await hub.open(IDS[0])
    clock.seconds = 1.0
    second = await hub.open(IDS[1])
    clock.seconds = 10.0

    await hub.open(IDS[2])

    assert hub.open_rooms == 2
    assert await hub.open(IDS[1]) is second
    clock.seconds = 20.0
    assert await hub.open(IDS[0]) is not first


async def test_a_room_in_which_somebody_is_makes_way_for_none(
    hub: Hub, clock: Clock
) -> None:
    for room_id in IDS[:2]:
        room = await hub.open(room_id)
        room.audience.join(EditReader(room_id, room_id, "Ann"))
    clock.seconds = 1_000.0

    with pytest.raises(ServerFull, match="2 rooms"):
        await hub.open(IDS[2])

    assert (await hub.open(IDS[0])).audience.connections == 1


async def test_a_room_that_was_asked_for_just_now_waits_for_its_hello(
    hub: Hub,
) -> None:
    for room_id in IDS[:2]:
        await hub.open(room_id)

    with pytest.raises(ServerFull):
        await hub.open(IDS[2])


async def test_rooms_are_made_up_to_a_number_and_found_again_above_it(
    hub: Hub,
) -> None:
    await hub.create("Ann", room_id=IDS[3])

    with pytest.raises(ServerFull, match="4 stored rooms"):
        await hub.create("Ann")

    assert await hub.create("Ann", room_id=IDS[3]) == (IDS[3], False)
