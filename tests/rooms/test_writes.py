"""Whole-file writes with a key: each is carried out once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.core.retention import Keep
from jupyter_pairedit.core.writes import WriteKey
from jupyter_pairedit.rooms.compaction import compact
from jupyter_pairedit.rooms.room import Room, Writer
from jupyter_pairedit.stores import open_store
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.errors import StorageFailure
from tests.making import ROOM, SteeredStore, insert, record

ANN = Writer("ann-1", "Ann")
BOB = Writer("bob-1", "Bob")
KEY = WriteKey.single("key")
DAY = 86_400.0


@pytest.fixture
def store(
    tmp_path: Path, jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Iterator[SteeredStore]:
    """A store that waits and fails as the test says."""
    inner = open_store(f"sqlite:///{tmp_path}/rooms.db")
    yield SteeredStore(inner)
    jp_asyncio_loop.run_until_complete(inner.close())


async def opened(store: Store, code: str = "") -> Room:
    """Make a room, if it is not there, and open it."""
    await store.create(record(), code)
    return Room(await store.load(ROOM), store, Limits(), lambda: 1_700_000_000.0)


async def write(
    room: Room, writer: Writer, code: str, key: WriteKey | None = None
) -> int:
    """Write the whole text and return the version."""
    version, _ = await room.write(writer, code, key)
    return version


def numbered(number: int, writer: str = "deadbeef") -> WriteKey:
    return WriteKey.numbered(writer, number)


async def type_at_end(room: Room, text: str) -> None:
    length = room.log.text.length
    await room.push(BOB, room.head, [insert(length, length, text)])


async def test_a_repeat_does_not_write_over_what_was_typed_since(
    store: SteeredStore,
) -> None:
    room = await opened(store, "old\n")
    first = await write(room, ANN, "v1\n", KEY)
    for letter in "77 keys of a guest":
        await type_at_end(room, letter)

    again = await write(room, BOB, "v1\n", KEY)

    assert (first, again) == (1, 1)
    assert room.code == "v1\n77 keys of a guest"
    kinds = [each.kind for each in await store.revisions(ROOM, 0, -1)]
    assert kinds.count("write") == 1


async def test_a_repeat_is_recognised_after_the_room_was_loaded_again(
    store: SteeredStore,
) -> None:
    room = await opened(store)
    await write(room, ANN, "v1\n", KEY)
    await type_at_end(room, "typed")

    room = await opened(store)

    assert await write(room, ANN, "v1\n", KEY) == 1
    assert room.code == "v1\ntyped"


async def test_a_write_that_changed_nothing_is_not_carried_out_later(
    store: SteeredStore,
) -> None:
    room = await opened(store, "same\n")
    assert await write(room, ANN, "same\n", KEY) == 0
    await type_at_end(room, "typed")

    assert await write(room, ANN, "same\n", KEY) == 0
    assert room.code == "same\ntyped"


async def test_a_room_keeps_the_keys_of_the_last_writes_that_changed_nothing(
    store: SteeredStore,
) -> None:
    room = await opened(store, "same\n")
    for number in range(101):
        await write(room, ANN, "same\n", WriteKey.single(f"key {number}"))
    await type_at_end(room, "typed")

    await write(room, ANN, "same\n", WriteKey.single("key 1"))
    assert room.code == "same\ntyped"
    await write(room, ANN, "same\n", WriteKey.single("key 0"))
    assert room.code == "same\n"


async def test_two_pages_that_send_the_same_write_at_once_make_one_revision(
    store: SteeredStore,
) -> None:
    room = await opened(store)

    first, second = await asyncio.gather(
        write(room, ANN, "v1\n", KEY), write(room, BOB, "v1\n", KEY)
    )

    assert first == second == 1
    assert room.head == 1


async def test_two_servers_that_get_the_same_write_make_one_revision(
    store: SteeredStore,
) -> None:
    here, there = await opened(store), await opened(store)
    await write(here, ANN, "v1\n", KEY)
    await type_at_end(here, "typed")

    assert await write(there, BOB, "v1\n", KEY) == 1
    await there.catch_up(2)
    assert there.code == here.code == "v1\ntyped"


async def test_an_earlier_write_that_was_left_out_is_not_carried_out_after_a_later_one(
    store: SteeredStore,
) -> None:
    """A page skips assignments when several come while one is under way."""
    room = await opened(store)
    await write(room, ANN, "v1\n", numbered(1))
    await write(room, ANN, "v3\n", numbered(3))

    assert await write(room, BOB, "v2\n", numbered(2)) == 2
    assert room.code == "v3\n"
    assert await write(room, BOB, "v4\n", numbered(4)) == 3
    assert await write(room, BOB, "v2\n", numbered(2, "cafecafe")) == 4
    assert room.code == "v2\n"


async def test_a_write_whose_outcome_was_unknown_can_be_sent_again(
    store: SteeredStore,
) -> None:
    room = await opened(store)
    store.fail_after = True
    with pytest.raises(StorageFailure):
        await write(room, ANN, "v1\n", KEY)
    store.fail_after = False

    assert await write(room, ANN, "v1\n", KEY) == 1
    assert room.code == "v1\n"


async def test_a_write_that_was_not_stored_can_be_sent_again(
    store: SteeredStore,
) -> None:
    room = await opened(store)
    store.fail_before = True
    with pytest.raises(StorageFailure):
        await write(room, ANN, "v1\n", KEY)
    store.fail_before = False

    assert await write(room, ANN, "v1\n", KEY) == 1
    assert room.code == "v1\n"


async def test_a_key_is_known_as_long_as_its_revision_is_kept_as_it_was(
    store: SteeredStore,
) -> None:
    room = await opened(store)
    await write(room, ANN, "v1\n", KEY)
    await type_at_end(room, "typed")
    keep = Keep(exact=30 * DAY, hourly=365 * DAY, revisions=10_000, size=10**9)
    written = (await store.revisions(ROOM, 0, 1))[0].at

    await compact(store, room.record, keep, written + 29 * DAY)
    assert await store.version_of(ROOM, KEY) == 1
    await compact(store, room.record, keep, written + 31 * DAY)
    assert await store.version_of(ROOM, KEY) is None


async def test_writes_without_a_key_are_carried_out_each_time(
    store: SteeredStore,
) -> None:
    room = await opened(store)
    for _ in range(2):
        await write(room, ANN, "v1\n")
        await type_at_end(room, "typed")

    assert room.head == 4
