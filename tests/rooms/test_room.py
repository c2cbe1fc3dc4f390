"""A room: the order of revisions, and commits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.core.revisions import Revision
from jupyter_pairedit.core.storable import BadChange
from jupyter_pairedit.rooms import log as logs
from jupyter_pairedit.rooms.room import Room, TooLarge, Writer
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.errors import RoomNotFound, StorageFailure
from tests.making import ROOM, SteeredStore, insert, record

ANN = Writer("ann-1", "Ann")
BOB = Writer("bob-1", "Bob")

GUARD = 30.0
"""Seconds after which a test that hangs fails."""


async def opened(store: Store, code: str = "", limits: Limits | None = None) -> Room:
    """Create the room unless it exists, and load it."""
    await store.create(record(), code)
    stored = await store.load(ROOM)
    return Room(stored, store, limits or Limits(), lambda: 1_700_000_000.0)


async def log(store: Store) -> list[Revision]:
    return await store.revisions(ROOM, 0, -1)


async def replayed(store: Store) -> str:
    """Return the code of the room as it is loaded again."""
    return (await opened(store)).code


async def test_a_pushed_edit_is_numbered_and_stored(store: SteeredStore) -> None:
    room = await opened(store, "b")

    await room.push(ANN, 0, [insert(1, 0, "a"), insert(2, 2, "c")])

    assert (room.head, room.code) == (2, "abc")
    assert [(r.version, r.kind, r.client_id, r.author) for r in await log(store)] == [
        (1, "edit", "ann-1", "Ann"),
        (2, "edit", "ann-1", "Ann"),
    ]
    assert await replayed(store) == "abc"


async def test_concurrent_edits_are_both_kept(store: SteeredStore) -> None:
    room = await opened(store, "--")

    await asyncio.gather(
        room.push(ANN, 0, [insert(2, 1, "ann")]),
        room.push(BOB, 0, [insert(2, 1, "bob")]),
    )

    assert room.code == "-annbob-"
    assert await replayed(store) == room.code


async def test_an_edit_is_visible_after_its_commit(store: SteeredStore) -> None:
    room = await opened(store)
    store.go.clear()
    news = room.audience.change

    pushing = asyncio.ensure_future(room.push(ANN, 0, [insert(0, 0, "x")]))
    await store.append_called.wait()

    assert (room.head, room.code, news.is_set()) == (0, "", False)
    store.go.set()
    await pushing
    assert (room.head, room.code, news.is_set()) == (1, "x", True)


async def test_a_failed_append_changes_nothing(store: SteeredStore) -> None:
    room = await opened(store)
    news = room.audience.change
    store.fail_before = True

    with pytest.raises(StorageFailure):
        await room.push(ANN, 0, [insert(0, 0, "x")])

    assert (room.head, room.code, news.is_set()) == (0, "", False)
    store.fail_before = False
    await room.push(ANN, 0, [insert(0, 0, "x")])
    assert room.code == "x"


async def test_an_append_with_unknown_outcome_is_read_and_counts_once(
    store: SteeredStore,
) -> None:
    room = await opened(store)
    store.fail_after = True
    with pytest.raises(StorageFailure):
        await room.push(ANN, 0, [insert(0, 0, "x")])
    store.fail_after = False

    await room.push(ANN, 0, [insert(0, 0, "x"), insert(1, 1, "y")])

    assert room.code == "xy"
    assert len(await log(store)) == 2


async def test_an_append_with_unknown_outcome_is_read_without_another_write(
    store: SteeredStore,
) -> None:
    room = await opened(store)
    store.fail_after = True
    news = room.audience.change

    with pytest.raises(StorageFailure):
        await room.push(ANN, 0, [insert(0, 0, "x")])
    await room.settle()

    assert (room.head, room.code, news.is_set()) == (1, "x", True)


async def test_a_room_is_consistent_after_a_cancelled_push(store: SteeredStore) -> None:
    room = await opened(store)
    store.go.clear()
    pushing = asyncio.ensure_future(room.push(ANN, 0, [insert(0, 0, "x")]))
    await store.append_called.wait()
    pushing.cancel()
    store.go.set()

    await room.push(BOB, 0, [insert(0, 0, "y")])

    assert await replayed(store) == room.code


async def test_a_push_is_rebased_over_revisions_of_another_server(
    store: SteeredStore,
) -> None:
    room = await opened(store, "--")
    other = await opened(store)
    await other.push(BOB, 0, [insert(2, 1, "bob")])

    await room.push(ANN, 0, [insert(2, 1, "ann")])

    assert (room.head, room.code) == (2, "-bobann-")


async def test_repeated_conflicts_keep_both_texts(
    store: SteeredStore,
) -> None:
    here, there = await opened(store), await opened(store)

    for turn in range(10):
        ann, bob = Writer(f"ann-{turn}", "Ann"), Writer(f"bob-{turn}", "Bob")
        await asyncio.gather(
            here.push(ann, 0, [insert(0, 0, f"<ann {turn}>")]),
            there.push(bob, 0, [insert(0, 0, f"<bob {turn}>")]),
        )

    code = await replayed(store)
    assert [code.count(f"<ann {turn}>") for turn in range(10)] == [1] * 10
    assert [code.count(f"<bob {turn}>") for turn in range(10)] == [1] * 10


async def test_revisions_of_another_server_count_after_they_are_read(
    store: SteeredStore,
) -> None:
    # This holds for a reader of the store and for a late push.
    there = await opened(store)
    for n in range(3):
        await there.push(ANN, n, [insert(n, n, "a")])
    await store.snapshot(ROOM, 3, (await log(store))[2].digest, "aaa")
    here = await opened(store)
    await there.push(BOB, 0, [insert(0, 0, "bob ")])

    found = await here.log.read_slice(0)
    assert found[-1].version == here.head == 3

    await here.push(Writer("cem-1", "Cem"), 0, [insert(0, 0, "cem ")])
    assert here.code == await replayed(store) == "aaabob cem "


async def test_a_push_at_a_version_of_another_server_is_accepted(
    store: SteeredStore,
) -> None:
    here, there = await opened(store), await opened(store)
    await there.push(BOB, 0, [insert(0, 0, "bob")])

    await here.push(ANN, 1, [insert(3, 3, " ann")])

    assert here.code == "bob ann"
    with pytest.raises(BadChange, match="expected a version up to 2, found 3"):
        await here.push(ANN, 3, [insert(7, 7, "!")])


async def test_sync_reads_revisions_of_another_server(
    store: SteeredStore,
) -> None:
    here, there = await opened(store), await opened(store)
    await there.push(BOB, 0, [insert(0, 0, "bob")])
    news = here.audience.change

    here.sync_soon()
    here.sync_soon()
    await here.settle()

    assert (here.head, here.code, news.is_set()) == (1, "bob", True)


async def test_a_log_that_has_become_shorter_is_another_room(
    store: SteeredStore,
) -> None:
    # The epoch is the same: the database was restored from a backup.
    room = await opened(store, "old")
    await room.push(ANN, 0, [insert(3, 0, "x")])
    await store.delete(ROOM, 2_000.0)
    await store.create(record(), "new")

    async with asyncio.timeout(GUARD):
        with pytest.raises(RoomNotFound):
            await room.push(BOB, 1, [insert(4, 0, "y")])
        with pytest.raises(RoomNotFound):
            await room.write(BOB, "z")
        await room.wait_for_writes()
    assert await log(store) == []


async def test_a_push_that_is_sent_twice_counts_once(store: SteeredStore) -> None:
    room = await opened(store)
    push = [insert(0, 0, "a"), insert(1, 1, "b")]

    await asyncio.gather(room.push(ANN, 0, push), room.push(ANN, 0, push))

    assert room.code == "ab"
    assert len(await log(store)) == 2


async def test_a_write_replaces_the_code_at_the_head(store: SteeredStore) -> None:
    room = await opened(store, "one\ntwo\n")
    await room.push(ANN, 0, [insert(8, 0, "zero\n")])

    version, _ = await room.write(BOB, "one\n2\n")

    assert (version, room.code) == (2, "one\n2\n")
    last = (await log(store))[-1]
    assert (last.kind, last.author) == ("write", "Bob")
    assert list(last.changes.edits()) == [(0, 5, ""), (9, 12, "2")]


async def test_a_write_that_changes_nothing_makes_no_revision(
    store: SteeredStore,
) -> None:
    room = await opened(store, "same\n")

    assert await room.write(ANN, "same\r\n") == (0, 0)
    assert await log(store) == []


async def test_line_ends_are_unified_once_on_entry(store: SteeredStore) -> None:
    room = await opened(store)

    await room.write(ANN, "a\r\nb\rc")

    assert room.code == "a\nb\nc"


async def test_an_edit_that_rebases_to_nothing_is_a_revision(
    store: SteeredStore,
) -> None:
    room = await opened(store, "abc")
    deletion = ChangeSet.replacing(3, [(0, 3, "")])

    await room.push(ANN, 0, [deletion])
    await room.push(BOB, 0, [deletion])

    assert (room.head, room.code) == (2, "")


@pytest.mark.parametrize(
    ("version", "changes"),
    [
        (1, insert(1, 0, "x")),
        (0, insert(7, 0, "x")),
        (0, insert(3, 2, "x")),
        (0, ChangeSet.replacing(3, [(1, 2, "")])),
    ],
)
async def test_an_invalid_edit_is_refused_and_changes_nothing(
    store: SteeredStore, version: int, changes: ChangeSet
) -> None:
    room = await opened(store, "a👋")

    with pytest.raises(BadChange, match=r"expected .* found"):
        await room.push(ANN, version, [changes])

    assert (room.head, room.code, await log(store)) == (0, "a👋", [])


@pytest.mark.parametrize("code", ["a\0b", "a\ud83d"])
async def test_code_that_cannot_be_stored_is_refused(
    store: SteeredStore, code: str
) -> None:
    room = await opened(store, "before")

    with pytest.raises(BadChange):
        await room.write(ANN, code)

    assert room.code == "before"


async def test_code_over_the_limit_is_refused(
    store: SteeredStore,
) -> None:
    room = await opened(store, "é" * 5, Limits(code=12))

    with pytest.raises(TooLarge, match=r"12 bytes .* would have 14"):
        await room.push(ANN, 0, [insert(5, 0, "👋")])
    with pytest.raises(TooLarge, match="12 bytes"):
        await room.write(ANN, "x" * 13)

    await room.push(ANN, 0, [insert(5, 0, "👋"), ChangeSet.replacing(7, [(2, 4, "")])])
    assert room.code == "👋ééé"


async def test_code_over_a_lowered_limit_can_shrink(
    store: SteeredStore,
) -> None:
    room = await opened(store, "x" * 20, Limits(code=10))

    await room.push(ANN, 0, [ChangeSet.replacing(20, [(0, 1, "")])])
    with pytest.raises(TooLarge):
        await room.push(ANN, 1, [insert(19, 0, "y" * 2)])

    assert room.code == "x" * 19


async def test_a_late_push_is_rebased_over_revisions_of_the_store(
    store: SteeredStore,
) -> None:
    room = await opened(store, "", Limits(tail=2))
    for n in range(5):
        await room.push(BOB, n, [insert(n, n, str(n))])

    await room.push(ANN, 0, [insert(0, 0, "ann")])

    assert room.code == "01234ann"
    assert room.log.tail_after(2) is None


async def test_memory_has_fewer_revisions_if_they_are_large(
    store: SteeredStore,
) -> None:
    room = await opened(store, "", Limits(tail_size=1_000))

    for letter in "abcde":
        await room.write(BOB, letter * 400)

    assert room.log.tail_after(room.head - 2) is not None
    assert room.log.tail_after(room.head - 3) is None
    assert [each.version for each in await room.log.revisions_after(0)] == [
        1,
        2,
        3,
        4,
        5,
    ]


async def test_no_more_revisions_are_read_than_sent(
    store: SteeredStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "_READ", 2)
    room = await opened(store, "", Limits(tail_size=0, slice_size=1_000))
    for letter in "abcdefghi":
        await room.write(BOB, letter * 400)
    read: list[tuple[int, int]] = []
    revisions = store.revisions

    async def counted(room_id: str, after: int, limit: int) -> list[Revision]:
        read.append((after, limit))
        return await revisions(room_id, after, limit)

    store.revisions = counted
    found = await room.log.read_slice(1)

    assert [each.version for each in found] == [2, 3]
    assert read == [(1, 2), (3, 2)]


async def test_snapshots_are_stored_and_loaded(store: SteeredStore) -> None:
    room = await opened(store, "", Limits(snapshot_revisions=3))
    for n in range(4):
        await room.push(BOB, n, [insert(n, n, str(n))])
    await room.settle()

    stored = await store.load(ROOM)

    assert (stored.version, stored.code, len(stored.revisions)) == (3, "012", 1)
    assert await replayed(store) == "0123"


async def test_large_edits_store_a_snapshot_sooner(store: SteeredStore) -> None:
    room = await opened(store, "", Limits(snapshot_size=100))

    await room.push(BOB, 0, [insert(0, 0, "x" * 200)])
    await room.settle()

    assert (await store.load(ROOM)).version == 1


async def test_long_computations_run_in_a_thread(
    store: SteeredStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await opened(store, "x" * 500_000)
    other = await opened(store)
    moved = 0
    to_thread = asyncio.to_thread

    async def counted(work: Callable[..., object], *arguments: object) -> object:
        nonlocal moved
        moved += 1
        return await to_thread(work, *arguments)

    monkeypatch.setattr(asyncio, "to_thread", counted)
    await room.push(ANN, 0, [insert(500_000, 0, "z")])
    await other.catch_up(1)
    assert moved == 0, "a key is little work"

    await room.write(ANN, "y" + room.code)
    assert moved == 1, "a write is compared with the code"
    await room.push(ANN, 2, [insert(500_002 + n, 0, "z") for n in range(250)])
    assert moved == 2, "many edits are applied and numbered"
    await room.push(BOB, 2, [insert(500_002, 0, "b") for _ in range(1)])
    assert moved == 2, "one edit is rebased over 250"
    await room.push(BOB, 2, [insert(500_002 + n, 0, "b") for n in range(20)])
    assert moved == 3, "twenty edits are rebased over 250"
    await other.catch_up(room.head)
    assert moved == 4, "much is read on at once"
    assert other.code == room.code
