"""Pushes and carets that are far behind the head."""

from __future__ import annotations

import asyncio

import pytest

from jupyter_pairedit.core.carets import Caret
from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.core.revisions import Revision
from jupyter_pairedit.rooms import log as logs
from jupyter_pairedit.rooms.log import Stale
from jupyter_pairedit.rooms.room import Room, Writer
from tests.making import ROOM, SteeredStore, insert, long_log

ANN = Writer("ann-1", "Ann")
BOB = Writer("bob-1", "Bob")


async def opened(store: SteeredStore, limits: Limits | None = None) -> Room:
    return Room(await store.load(ROOM), store, limits or Limits(), lambda: 0.0)


def keys(count: int, length: int = 0) -> list[ChangeSet]:
    """Return insertions, each made after the one before."""
    return [insert(length + n, n, "a") for n in range(count)]


async def test_a_push_far_behind_is_refused_before_the_log_is_read(
    store: SteeredStore,
) -> None:
    await long_log(store, 20_000)
    room = await opened(store)
    del store.revisions
    pushes = [
        (0, keys(500)),
        (10_000, keys(4, 10_000)),
        (19_000, keys(30, 19_000)),
        (0, [insert(0, 0, "a")] * 500),
    ]

    for version, changes in pushes:
        with pytest.raises(Stale, match=f"made at version {version}: read") as refusal:
            await room.push(ANN, version, changes)

        assert (refusal.value.version, refusal.value.head) == (version, 20_000)
        assert room.head == 20_000


async def test_one_edit_10_000_revisions_behind_is_accepted(
    store: SteeredStore,
) -> None:
    await long_log(store, 10_000)
    room = await opened(store)

    await room.push(ANN, 0, [insert(0, 0, "a")])

    assert room.code == "x" * 10_000 + "a"


async def test_a_push_far_behind_is_refused_without_waiting(
    store: SteeredStore,
) -> None:
    await long_log(store, 1_000)
    room = await opened(store)
    store.go.clear()
    typing = asyncio.create_task(room.push(BOB, 1_000, [insert(1_000, 0, "b")]))
    await store.append_called.wait()

    with pytest.raises(Stale):
        await room.push(ANN, 0, keys(500))

    assert not typing.done()
    store.go.set()
    await typing


async def test_a_push_far_behind_what_is_under_way_is_refused_when_that_can_be_read(
    store: SteeredStore,
) -> None:
    await long_log(store, 0, "y" * 2_000)
    room = await opened(store)
    inserts = [(2 * n, 2 * n, "b") for n in range(999)]
    store.go.clear()
    before = asyncio.create_task(
        room.push(BOB, 0, [ChangeSet.replacing(2_000, inserts)])
    )
    await store.append_called.wait()

    far = asyncio.create_task(room.push(ANN, 0, keys(60, 2_000)))
    near = asyncio.create_task(room.push(ANN, 0, keys(5, 2_000)))
    store.go.set()

    with pytest.raises(Stale, match="read on to version 1, then") as refusal:
        await far
    assert refusal.value.head == 1
    await asyncio.gather(before, near)
    assert room.code.count("a") == 5


async def test_the_sections_of_an_edit_count(
    store: SteeredStore,
) -> None:
    await long_log(store, 120, "y" * 2_000)
    room = await opened(store)
    inserts = [(2 * n, 2 * n, "a") for n in range(999)]

    with pytest.raises(Stale):
        await room.push(ANN, 0, [ChangeSet.replacing(2_000, inserts)])
    await room.push(ANN, 100, [ChangeSet.replacing(2_100, inserts)])

    assert room.code.count("a") == 999


async def test_the_sections_of_the_missed_revisions_count(store: SteeredStore) -> None:
    await long_log(store, 0, "y" * 2_000)
    room = await opened(store)
    for n in range(5):
        length = room.log.text.length
        inserts = [(2 * n, 2 * n, "b") for n in range(999)]
        await room.push(BOB, n, [ChangeSet.replacing(length, inserts)])

    with pytest.raises(Stale):
        await room.push(ANN, 0, keys(20, 2_000))
    await room.push(ANN, 0, keys(5, 2_000))

    assert room.code.count("a") == 5


async def test_the_size_of_revisions_that_are_read_for_a_push_is_limited(
    store: SteeredStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "_READ", 2)
    monkeypatch.setattr(logs, "_MOST_READ", 1_000)
    await long_log(store, 0)
    room = await opened(store, Limits(tail=1))
    for letter in "abcdefghi":
        await room.write(BOB, letter * 400)
    read: list[int] = []
    revisions = store.revisions

    async def counted(room_id: str, after: int, limit: int) -> list[Revision]:
        read.append(after)
        return await revisions(room_id, after, limit)

    store.revisions = counted
    with pytest.raises(Stale):
        await room.push(ANN, 1, [insert(400, 0, "a")])

    assert read == [1, 3]


async def test_a_caret_far_behind_is_ignored(store: SteeredStore) -> None:
    await long_log(store, 0, "y" * 2_000)
    room = await opened(store)
    for version in range(10):
        length = room.log.text.length
        inserts = [(2 * n, 2 * n, "b") for n in range(999)]
        await room.push(BOB, version, [ChangeSet.replacing(length, inserts)])

    room.place_caret(Caret("ann-1", 5, 5, 0))
    assert room.audience.carets.placed("ann-1") is None

    room.place_caret(Caret("ann-1", 5, 5, 6))
    assert room.audience.carets.placed("ann-1") is not None


async def test_a_caret_placed_many_keys_ago_has_moved(store: SteeredStore) -> None:
    await long_log(store, 0, "yy")
    room = await opened(store)
    room.place_caret(Caret("ann-1", 1, 1, 0))
    for version in range(50):
        await room.push(BOB, version, [insert(2 + version, 0, "b")])

    (caret,) = room.audience.carets.since(-1)

    assert (caret.head, caret.version) == (51, 50)
