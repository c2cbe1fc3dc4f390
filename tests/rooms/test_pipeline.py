"""Commits of one room that are under way at the same time."""

from __future__ import annotations

import asyncio

import pytest

from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.core.revisions import first_digest, intact
from jupyter_pairedit.core.writes import WriteKey
from jupyter_pairedit.rooms.room import Room, Writer
from jupyter_pairedit.stores.errors import StorageFailure
from tests.making import ROOM, SteeredStore, insert, record, until

PEOPLE = [Writer(f"{name}-1", name) for name in ("ann", "bob", "cid", "dan")]


async def opened(store: SteeredStore, code: str = "") -> Room:
    await store.create(record(), code)
    return Room(await store.load(ROOM), store, Limits(), lambda: 0.0)


def push_all(room: Room) -> list[asyncio.Future[None]]:
    """Have everybody type at the start of the empty room at once."""
    return [
        asyncio.ensure_future(room.push(each, 0, [insert(0, 0, each.author)]))
        for each in PEOPLE
    ]


async def test_edits_that_come_during_an_append_are_appended_together(
    store: SteeredStore,
) -> None:
    room = await opened(store)
    appends: list[int] = []
    append = store.append

    async def counted(room_id: str, after: int, revisions: list[object], *more) -> None:  # type: ignore[no-untyped-def]
        appends.append(len(revisions))
        await append(room_id, after, revisions, *more)  # type: ignore[arg-type]

    store.append = counted  # type: ignore[method-assign,assignment]
    store.go.clear()
    pushes = push_all(room)
    await until(lambda: len(room._pipeline.revisions) == 4)
    head = room.head
    store.go.set()
    await asyncio.gather(*pushes)

    assert head == 0, "nobody sees what is under way"
    assert appends == [1, 3]
    log = await store.revisions(ROOM, 0, -1)
    assert [each.client_id for each in log] == [each.client_id for each in PEOPLE]
    assert intact(first_digest(record().epoch), log) == 4
    assert all(each.author in room.code for each in PEOPLE)
    await room.settle()


async def test_a_failed_append_fails_those_behind_it_and_memory_is_read_again(
    store: SteeredStore,
) -> None:
    room = await opened(store)
    store.go.clear()
    store.fail_after = True
    pushes = push_all(room)
    await until(lambda: len(room._pipeline.revisions) == 4)
    store.go.set()
    outcomes = await asyncio.gather(*pushes, return_exceptions=True)
    store.fail_after = False
    await room.settle()

    assert [type(each) for each in outcomes] == [StorageFailure] * 4
    # The first one was stored although its append failed; those behind it were not.
    assert (room.head, room.code) == (1, "ann")
    await asyncio.gather(*push_all(room))
    assert (room.head, len(room.code)) == (4, 12)
    await room.settle()


async def test_a_conflict_makes_those_behind_it_rebase_again(
    store: SteeredStore,
) -> None:
    room = await opened(store)
    other = Room(await store.load(ROOM), store, Limits(), lambda: 0.0)
    store.go.clear()
    pushes = push_all(room)
    await until(lambda: len(room._pipeline.revisions) == 4)
    # The length of the log is what a commit behind the first one expects.
    await store._store.append(
        ROOM,
        0,
        [
            each.chained(first_digest(record().epoch))
            for each in (await _revision(other)).revisions
        ],
    )
    store.go.set()
    await asyncio.gather(*pushes)

    log = await store.revisions(ROOM, 0, -1)
    assert [each.client_id for each in log] == ["eve-1", *(p.client_id for p in PEOPLE)]
    assert intact(first_digest(record().epoch), log) == 5
    assert all(each.author in room.code for each in (*PEOPLE, Writer("", "eve")))
    await room.settle()


async def _revision(room: Room):  # type: ignore[no-untyped-def]
    commit = await room._prepare(
        "edit", Writer("eve-1", "eve"), [insert(0, 0, "eve")], 0
    )
    assert commit is not None
    return commit


async def test_those_behind_a_cancelled_push_are_appended(store: SteeredStore) -> None:
    room = await opened(store)
    store.go.clear()
    first, *others = push_all(room)
    await until(lambda: len(room._pipeline.revisions) == 4)

    first.cancel()
    store.go.set()
    await asyncio.gather(*others)

    with pytest.raises(asyncio.CancelledError):
        await first
    log = await store.revisions(ROOM, 0, -1)
    assert {each.client_id for each in log} >= {each.client_id for each in PEOPLE[1:]}
    assert intact(first_digest(record().epoch), log) == len(log)
    await room.settle()


async def test_the_same_push_again_waits_for_the_first(store: SteeredStore) -> None:
    room = await opened(store)
    store.go.clear()
    store.fail_before = True
    first = asyncio.ensure_future(room.push(PEOPLE[0], 0, [insert(0, 0, "x")]))
    await store.append_called.wait()
    again = asyncio.ensure_future(room.push(PEOPLE[0], 0, [insert(0, 0, "x")]))
    await until(lambda: room._lock.locked())
    store.fail_before = False
    store.go.set()
    await asyncio.gather(first, again)

    assert (room.head, room.code) == (1, "x")
    await room.settle()


async def test_a_write_with_the_key_of_one_that_is_under_way_is_its_repeat(
    store: SteeredStore,
) -> None:
    room = await opened(store)
    store.go.clear()
    key = WriteKey.single("key")
    writes = [asyncio.ensure_future(room.write(PEOPLE[0], "x", key)) for _ in range(2)]
    await store.append_called.wait()
    store.go.set()

    assert await asyncio.gather(*writes) == [(1, 33), (1, 0)]
    await room.settle()
