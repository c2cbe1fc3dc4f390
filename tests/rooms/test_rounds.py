"""Looking after the logs of rooms that nobody has open."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.core.retention import Row
from jupyter_pairedit.rooms.hub import Hub
from jupyter_pairedit.stores import open_store
from jupyter_pairedit.stores.base import StorageFailure, Store
from tests.making import chain, insert, record, revision

HOUR, DAY = 3_600.0, 24 * 3_600.0
NOW = 1_700_000_000.0


class Times:
    """Clocks that the test winds."""

    seconds = 0.0

    def clock(self) -> float:
        return self.seconds

    def now(self) -> float:
        return NOW + self.seconds


@pytest.fixture
def times() -> Times:
    return Times()


@pytest.fixture
def hub(
    tmp_path: Path, times: Times, jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Iterator[Hub]:
    store = open_store(f"sqlite:///{tmp_path}/rooms.db")
    hub = Hub(store, Limits(), now=times.now, clock=times.clock)
    yield hub
    jp_asyncio_loop.run_until_complete(hub.close())


async def made(store: Store, letter: str, age: float, count: int = 5) -> str:
    """Make a room with a log of that age."""
    room_id = letter * 22
    await store.create(record(room_id), "")
    edits = (revision(n, insert(n - 1, 0, "x")) for n in range(1, count + 1))
    log = chain(*(replace(each, at=NOW - age) for each in edits))
    await store.append(room_id, 0, log)
    return room_id


async def lengths(store: Store, *room_ids: str) -> list[int]:
    return [(await store.usage(room_id)).revisions for room_id in room_ids]


async def test_logs_of_rooms_that_nobody_opens_are_merged_when_they_are_old(
    hub: Hub,
) -> None:
    rooms = [await made(hub.store, "A", 100 * DAY), await made(hub.store, "B", DAY)]

    await hub.tidy()

    assert await lengths(hub.store, *rooms) == [1, 5]
    assert hub.open_rooms == 0


async def test_a_round_comes_once_an_hour_and_finds_what_has_grown(
    hub: Hub, times: Times
) -> None:
    await hub.tidy()
    room_id = await made(hub.store, "A", 100 * DAY)

    times.seconds = HOUR - 1
    await hub.tidy()
    assert await lengths(hub.store, room_id) == [5]
    times.seconds = HOUR
    await hub.tidy()
    assert await lengths(hub.store, room_id) == [1]


async def test_a_log_that_does_not_grow_is_looked_at_once_a_day(
    hub: Hub, times: Times
) -> None:
    room_id = await made(hub.store, "A", 30 * DAY - 2 * HOUR)
    await hub.tidy()

    times.seconds = 3 * HOUR
    await hub.tidy()
    assert await lengths(hub.store, room_id) == [5]
    times.seconds = DAY
    await hub.tidy()
    assert await lengths(hub.store, room_id) == [1]


async def test_trouble_of_the_store_ends_a_round_and_not_the_next(
    hub: Hub, times: Times
) -> None:
    room_id = await made(hub.store, "A", 100 * DAY)
    database = hub.store.file.database  # type: ignore[attr-defined]
    database.execute("pragma query_only = on")
    await hub.tidy()
    assert await lengths(hub.store, room_id) == [5]

    database.execute("pragma query_only = off")
    times.seconds = HOUR
    await hub.tidy()
    assert await lengths(hub.store, room_id) == [1]


async def test_trouble_with_one_room_keeps_no_other_from_its_turn(
    hub: Hub, times: Times, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms = [await made(hub.store, letter, 100 * DAY) for letter in "ABC"]
    outline, trouble = hub.store.outline, [StorageFailure("the disk does not answer")]

    async def outline_in_trouble(room_id: str, after: int, limit: int) -> list[Row]:
        if trouble:
            raise trouble.pop()
        return await outline(room_id, after, limit)

    monkeypatch.setattr(hub.store, "outline", outline_in_trouble)
    await hub.tidy()
    assert sorted(await lengths(hub.store, *rooms)) == [1, 1, 5]

    times.seconds = HOUR
    await hub.tidy()
    assert await lengths(hub.store, *rooms) == [1, 1, 1]
