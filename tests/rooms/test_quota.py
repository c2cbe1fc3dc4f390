"""An open room's budget: merging in time, and no change where that is too little."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jupyter_pairedit.core.limits import KIB, Limits
from jupyter_pairedit.core.retention import Row
from jupyter_pairedit.rooms.quota import QuotaReached
from jupyter_pairedit.rooms.room import Room, Writer
from jupyter_pairedit.stores import open_store
from jupyter_pairedit.stores.base import Point, Store, Usage
from tests.making import ROOM, SteeredStore, insert, record

ANN = Writer("ann-1", "Ann")
LIMITS = Limits(history_size=100 * KIB)
NOW = 1_700_000_000.0


@pytest.fixture
def store(
    tmp_path: Path, jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Iterator[SteeredStore]:
    inner = open_store(f"sqlite:///{tmp_path}/rooms.db")
    yield SteeredStore(inner)
    jp_asyncio_loop.run_until_complete(inner.close())


class Clock:
    """A clock that the test winds."""

    seconds = NOW

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def opened(store: Store, now: Callable[[], float] = lambda: NOW) -> Room:
    await store.create(record(), "")
    return Room(await store.load(ROOM), store, LIMITS, now)


def large(number: int, size: int = 20 * KIB) -> str:
    return f"{number % 10}" * size


async def test_a_room_that_is_rewritten_again_and_again_stays_within_its_budget(
    store: SteeredStore,
) -> None:
    room = await opened(store)

    for number in range(60):
        await room.write(ANN, large(number))
        await room.settle()
        assert (await store.usage(ROOM)).size <= LIMITS.history_size + 21 * KIB

    assert room.code == large(59)
    assert (await store.load(ROOM)).last == 60


async def test_where_merging_does_not_help_changes_are_refused_until_it_does(
    store: SteeredStore, clock: Clock
) -> None:
    room = await opened(store, clock)
    points = []
    with pytest.raises(QuotaReached, match=r"may take 0.09765\d* MiB"):
        for number in range(60):
            version, _ = await room.write(ANN, large(number))
            await store.name_version(ROOM, Point(version, "p", "Ann", 0.0), 99)
            points.append(version)
            await room.settle()
    before = room.head

    with pytest.raises(QuotaReached):
        await room.push(ANN, room.head, [insert(20 * KIB, 0, "x")])
    assert (room.head, (await store.load(ROOM)).last) == (before, before)

    for version in points[:-1]:
        await store.forget_name(ROOM, version)
    clock.seconds += 5.0
    with pytest.raises(QuotaReached):
        await room.write(ANN, "short")  # this one makes it look again
    await room.settle()
    assert (await room.write(ANN, "short"))[0] == before + 1


async def test_where_merging_was_in_vain_it_is_tried_again_after_a_while(
    store: SteeredStore, clock: Clock
) -> None:
    room = await opened(store, clock)
    tried: list[float] = []
    outline = store.outline

    async def count(room_id: str, after: int, limit: int) -> list[Row]:
        tried.append(clock.seconds)
        return await outline(room_id, after, limit)

    store.outline = count
    with pytest.raises(QuotaReached):
        for number in range(60):
            version, _ = await room.write(ANN, large(number))
            await store.name_version(ROOM, Point(version, "p", "Ann", 0.0), 99)
            await room.settle()
    await room.settle()

    before = len(tried)
    for seconds in (0.0, 4.9, 0.1, 4.9, 0.1):
        clock.seconds += seconds
        for _ in range(3):
            with pytest.raises(QuotaReached):
                await room.write(ANN, "short")
            await room.settle()

    assert [at - NOW for at in tried[before:]] == pytest.approx([5.0, 10.0])


async def test_merging_goes_on_after_trouble_of_a_kind_that_nobody_expects(
    store: SteeredStore, clock: Clock
) -> None:
    room = await opened(store, clock)
    outline, trouble = store.outline, [ValueError()]

    async def outline_in_trouble(room_id: str, after: int, limit: int) -> list[Row]:
        if trouble:
            raise trouble.pop()
        return await outline(room_id, after, limit)

    store.outline = outline_in_trouble
    for number in range(20):
        await room.write(ANN, large(number))
        await room.settle()
        clock.seconds += 5.0

    assert not trouble
    assert (await store.usage(ROOM)).size <= LIMITS.history_size + 21 * KIB


async def test_far_beyond_the_budget_changes_wait_until_merging_is_done(
    store: SteeredStore,
) -> None:
    room = await opened(store)
    await room.write(ANN, "x")
    await room.settle()

    go, outline = asyncio.Event(), store.outline

    async def later(room_id: str, after: int, limit: int) -> list[Row]:
        await go.wait()
        return await outline(room_id, after, limit)

    store.outline = later
    with pytest.raises(QuotaReached):
        for number in range(30):
            await room.write(ANN, large(number))
    go.set()
    await room.settle()

    assert (await room.write(ANN, "z"))[0] == room.head > 5


async def test_a_reader_costs_no_measuring(store: SteeredStore) -> None:
    room = await opened(store)
    asked = []
    usage = store.usage

    async def count(room_id: str) -> Usage:
        asked.append(room_id)
        return await usage(room_id)

    store.usage = count
    await room.settle()
    assert asked == []
    await room.write(ANN, "x")
    await room.write(ANN, "y")
    await room.settle()
    assert asked == [ROOM]
