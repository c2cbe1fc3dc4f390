"""Rooms move from a store to another one with all that they were."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from jupyter_pairedit.archive.format import BadExport
from jupyter_pairedit.archive.transfer import Imported, as_new, export_room, import_room
from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.core.retention import merge
from jupyter_pairedit.core.revisions import Revision, first_digest
from jupyter_pairedit.rooms.room import Room, Writer
from jupyter_pairedit.stores import open_store
from jupyter_pairedit.stores.base import Point, RoomNotFound, Store
from tests.making import ROOM, insert, record
from tests.postgres import Postgres

ANN = Writer("ann-1", "Ann")


@pytest.fixture
def opened(
    jp_asyncio_loop: asyncio.AbstractEventLoop,
) -> Iterator[Callable[[str], Store]]:
    """Open stores, until the end of the test."""
    stores: list[Store] = []

    def opened(url: str) -> Store:
        stores.append(open_store(url))
        return stores[-1]

    yield opened
    for store in stores:
        jp_asyncio_loop.run_until_complete(store.close())


@pytest.fixture
def here(opened: Callable[[str], Store], tmp_path: Path) -> Store:
    """Where the room is: in SQLite."""
    return opened(f"sqlite:///{tmp_path}/here.db")


@pytest.fixture(params=["sqlite", "postgresql"])
def there(
    opened: Callable[[str], Store], tmp_path: Path, request: pytest.FixtureRequest
) -> Store:
    """Where the room goes to."""
    if request.param == "sqlite":
        return opened(f"sqlite:///{tmp_path}/there.db")
    postgres: Postgres = request.getfixturevalue("postgres")
    return opened(postgres.new_database())


async def write(store: Store, *keys: str) -> None:
    """Let Ann type, in a room that begins with ``a``."""
    await store.create(record(title="Sorting"), "a")
    room = Room(await store.load(ROOM), store, Limits(), lambda: 5.0)
    for key in keys:
        length = len(room.code)
        await room.push(ANN, room.head, [insert(length, length, key)])
    await room.settle()


async def move(here: Store, there: Store) -> Imported:
    lines = list(await export_room(here, ROOM))
    return await import_room(there, lambda: lines)


async def log(store: Store, room_id: str = ROOM) -> list[Revision]:
    return await store.revisions(room_id, 0, -1)


async def code(store: Store, room_id: str = ROOM) -> str:
    room = Room(await store.load(room_id), store, Limits(), lambda: 5.0)
    return room.code


async def test_a_room_arrives_with_its_whole_history(here: Store, there: Store) -> None:
    await write(here, *"bcd")
    await here.name_version(ROOM, Point(2, "two", "Ann", 9.0), 20)

    done = await move(here, there)

    assert done == Imported(ROOM, 3, 3)
    assert await log(there) == await log(here)
    assert await there.points(ROOM) == [Point(2, "two", "Ann", 9.0)]
    assert await there.load(ROOM, 2) == await here.load(ROOM, 2)
    assert (await there.load(ROOM)).record == record(title="Sorting")
    assert await code(there) == "abcd"


async def test_merged_revisions_arrive_as_they_are(here: Store, there: Store) -> None:
    await write(here, *"bcd")
    old = await log(here)
    await here.compact(ROOM, [merge(first_digest("epoch"), old[:2])])

    assert await move(here, there) == Imported(ROOM, 3, 3)

    assert await log(there) == await log(here)
    assert [each.run for each in await log(there)] == [2, 1]


async def test_people_go_on_where_they_were(here: Store, there: Store) -> None:
    await write(here, *"bc")
    await move(here, there)

    await write(there, "d")

    assert await code(there) == "abcd"
    assert [each.version for each in await log(there)] == [1, 2, 3]
    before = Room(await here.load(ROOM), here, Limits(), lambda: 5.0)
    after = Room(await there.load(ROOM), there, Limits(), lambda: 5.0)
    assert before.client_id_of("k" * 22) == after.client_id_of("k" * 22)


async def test_a_long_room_does_not_load_from_its_first_revision(
    here: Store, there: Store
) -> None:
    await write(here, *("x" for _ in range(510)))

    await move(here, there)

    assert (await there.load(ROOM)).version == 510
    assert (await there.load(ROOM, 505)).version == 500


async def test_a_room_comes_back_as_it_went(here: Store, there: Store) -> None:
    await write(here, *"bcd")
    gone = list(await export_room(here, ROOM))
    await move(here, there)

    assert list(await export_room(there, ROOM)) == gone


async def test_what_is_there_already_is_not_there_twice(
    here: Store, there: Store
) -> None:
    await write(here, *"bc")
    await move(here, there)

    assert await move(here, there) == Imported(ROOM, 2, 0)
    await write(here, "d")
    assert await move(here, there) == Imported(ROOM, 3, 1)
    assert await log(there) == await log(here)


async def test_a_room_that_has_gone_on_since_stays_as_it_is(
    here: Store, there: Store
) -> None:
    await write(here, *"bc")
    await move(here, there)
    await write(there, "d")

    assert await move(here, there) == Imported(ROOM, 2, 0)
    assert await code(there) == "abcd"


async def test_a_room_with_another_history_is_not_touched(
    here: Store, there: Store
) -> None:
    await write(here, *"bc")
    await write(there, "z")

    with pytest.raises(BadExport, match=f"expected no room {ROOM} there, or this one"):
        await move(here, there)
    assert await code(there) == "az"


async def test_a_room_that_began_otherwise_is_another_one(
    here: Store, there: Store
) -> None:
    await write(here)
    await there.create(record(), "other")

    with pytest.raises(BadExport, match="expected no room"):
        await move(here, there)


async def test_a_copy_is_another_room_with_other_clients(here: Store) -> None:
    await write(here, *"bc")
    lines = list(await export_room(here, ROOM))

    done = await import_room(here, lambda: lines, as_new("N" * 22, "another"))

    assert done == Imported("N" * 22, 2, 2)
    assert await code(here, "N" * 22) == "abc"
    stored = await here.load("N" * 22)
    assert stored.record == replace(record("N" * 22, title="Sorting"), secret="another")


async def test_nothing_of_a_damaged_file_is_written(here: Store, there: Store) -> None:
    await write(here, *"bcd")
    lines = list(await export_room(here, ROOM))
    lines[-2] = lines[-2].replace(b'"Ann"', b'"Eve"')

    with pytest.raises(BadExport, match="line 4: expected"):
        await import_room(there, lambda: lines)

    assert await there.rooms() == []


async def test_a_room_that_is_not_there_is_not_exported(here: Store) -> None:
    with pytest.raises(RoomNotFound):
        await export_room(here, ROOM)
