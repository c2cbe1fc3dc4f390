"""The size limit of a room's history."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from jupyter_pairedit.core.limits import KIB, Limits
from jupyter_pairedit.core.retention import Row
from jupyter_pairedit.rooms.quota import QuotaReached
from jupyter_pairedit.rooms.room import Room, Writer
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.records import Point, Usage
from tests.making import ROOM, Clock, SteeredStore, insert, record, run

ANN = Writer("ann-1", "Ann")
LIMITS = Limits(history_size=100 * KIB)
NOW = 1_700_000_000.0


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


async def opened(store: Store, now: Callable[[], float] = lambda: NOW) -> Room:
    await store.create(record(), "")
    return Room(await store.load(ROOM), store, LIMITS, now)


def large(number: int, size: int = 20 * KIB) -> str:
    return f"{number % 10}" * size


async def test_a_room_that_is_rewritten_repeatedly_stays_within_the_limit(
    store: SteeredStore,
) -> None:
    room = await opened(store)

    for number in range(60):
        await room.write(ANN, large(number))
        await room.settle()
        assert (await store.usage(ROOM)).size <= LIMITS.history_size + 21 * KIB

    assert room.code == large(59)
    assert (await store.load(ROOM)).last == 60


async def test_changes_are_refused_until_a_compaction_frees_space(
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
        await room.write(ANN, "short")  # starts another compaction
    await room.settle()
    assert (await room.write(ANN, "short"))[0] == before + 1


async def test_a_compaction_that_freed_nothing_is_repeated_after_a_delay(
    store: SteeredStore, clock: Clock
) -> None:
    room = await opened(store, clock)
    compactions: list[float] = []
    outline = store.outline

    async def count(room_id: str, after: int, limit: int) -> list[Row]:
        compactions.append(clock.seconds)
        return await outline(room_id, after, limit)

    store.outline = count
    with pytest.raises(QuotaReached):
        for number in range(60):
            version, _ = await room.write(ANN, large(number))
            await store.name_version(ROOM, Point(version, "p", "Ann", 0.0), 99)
            await room.settle()
    await room.settle()

    before = len(compactions)
    for seconds in (0.0, 4.9, 0.1, 4.9, 0.1):
        clock.seconds += seconds
        for _ in range(3):
            with pytest.raises(QuotaReached):
                await room.write(ANN, "short")
            await room.settle()

    assert [at - NOW for at in compactions[before:]] == pytest.approx([5.0, 10.0])


async def test_compaction_continues_after_an_unexpected_error(
    store: SteeredStore, clock: Clock
) -> None:
    room = await opened(store, clock)
    outline, errors = store.outline, [ValueError()]

    async def failing_outline(room_id: str, after: int, limit: int) -> list[Row]:
        if errors:
            raise errors.pop()
        return await outline(room_id, after, limit)

    store.outline = failing_outline
    for number in range(20):
        await room.write(ANN, large(number))
        await room.settle()
        clock.seconds += 5.0

    assert not errors
    assert (await store.usage(ROOM)).size <= LIMITS.history_size + 21 * KIB


async def test_changes_are_refused_far_beyond_the_limit_during_a_compaction(
    store: SteeredStore,
) -> None:
    room = await opened(store)
    await room.write(ANN, "x")
    await room.settle()

    proceed, outline = asyncio.Event(), store.outline

    async def delayed_outline(room_id: str, after: int, limit: int) -> list[Row]:
        await proceed.wait()
        return await outline(room_id, after, limit)

    store.outline = delayed_outline
    with pytest.raises(QuotaReached):
        for number in range(30):
            await room.write(ANN, large(number))
    proceed.set()
    await room.settle()

    assert (await room.write(ANN, "z"))[0] == room.head > 5


async def test_usage_is_measured_at_the_first_change(store: SteeredStore) -> None:
    room = await opened(store)
    measured = []
    usage = store.usage

    async def count(room_id: str) -> Usage:
        measured.append(room_id)
        return await usage(room_id)

    store.usage = count
    await room.settle()
    assert measured == []
    await room.write(ANN, "x")
    await room.write(ANN, "y")
    await room.settle()
    assert measured == [ROOM]


async def test_runs_that_have_ended_never_fill_the_history(store: SteeredStore) -> None:
    room = await opened(store)

    for number in range(60):
        version, _ = await room.write(ANN, large(number))
        await store.runs.add(ROOM, replace(run("refused"), version=version), 50, 9)
        await room.settle()

    assert (await store.usage(ROOM)).size <= LIMITS.history_size + 21 * KIB
