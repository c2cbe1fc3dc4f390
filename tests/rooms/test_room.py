"""A room: order, exactly once, and commit before anyone sees it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.core.retention import merge
from jupyter_pairedit.core.revisions import Revision, first_digest
from jupyter_pairedit.core.storable import BadChange
from jupyter_pairedit.rooms import log as logs
from jupyter_pairedit.rooms.log import TooOld
from jupyter_pairedit.rooms.room import Room, TooLarge, Writer
from jupyter_pairedit.stores import open_store
from jupyter_pairedit.stores.base import RoomNotFound, StorageFailure, Store
from tests.making import ROOM, SteeredStore, insert, record

ANN = Writer("ann-1", "Ann")
BOB = Writer("bob-1", "Bob")

GUARD = 30.0
"""Seconds after which something that should have come is given up; never waited for."""


@pytest.fixture
def store(
    tmp_path: Path, jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Iterator[SteeredStore]:
    """A store that waits and fails as the test says."""
    inner = open_store(f"sqlite:///{tmp_path}/rooms.db")
    yield SteeredStore(inner)
    jp_asyncio_loop.run_until_complete(inner.close())


async def opened(store: Store, code: str = "", limits: Limits | None = None) -> Room:
    """Make a room, if it is not there, and open it."""
    await store.create(record(), code)
    stored = await store.load(ROOM)
    return Room(stored, store, limits or Limits(), lambda: 1_700_000_000.0)


async def log(store: Store) -> list[Revision]:
    return await store.revisions(ROOM, 0, -1)


async def replayed(store: Store) -> str:
    """What somebody else makes of the log."""
    return (await opened(store)).code


async def test_a_pushed_edit_is_numbered_and_kept(store: SteeredStore) -> None:
    room = await opened(store, "b")

    await room.push(ANN, 0, [insert(1, 0, "a"), insert(2, 2, "c")])

    assert (room.head, room.code) == (2, "abc")
    assert [(r.version, r.kind, r.client_id, r.author) for r in await log(store)] == [
        (1, "edit", "ann-1", "Ann"),
        (2, "edit", "ann-1", "Ann"),
    ]
    assert await replayed(store) == "abc"


async def test_two_who_type_at_once_both_keep_their_text(store: SteeredStore) -> None:
    room = await opened(store, "--")

    await asyncio.gather(
        room.push(ANN, 0, [insert(2, 1, "ann")]),
        room.push(BOB, 0, [insert(2, 1, "bob")]),
    )

    assert room.code == "-annbob-"
    assert await replayed(store) == room.code


async def test_nobody_sees_an_edit_before_it_is_committed(store: SteeredStore) -> None:
    room = await opened(store)
    store.go.clear()
    news = room.audience.change

    pushing = asyncio.ensure_future(room.push(ANN, 0, [insert(0, 0, "x")]))
    await store.append_called.wait()

    assert (room.head, room.code, news.is_set()) == (0, "", False)
    store.go.set()
    await pushing
    assert (room.head, room.code, news.is_set()) == (1, "x", True)


async def test_failed_append_shows_nothing(store: SteeredStore) -> None:
    room = await opened(store)
    news = room.audience.change
    store.fail_before = True

    with pytest.raises(StorageFailure):
        await room.push(ANN, 0, [insert(0, 0, "x")])

    assert (room.head, room.code, news.is_set()) == (0, "", False)
    store.fail_before = False
    await room.push(ANN, 0, [insert(0, 0, "x")])
    assert room.code == "x"


async def test_an_append_of_unknown_outcome_is_looked_up_and_counts_once(
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


async def test_an_append_of_unknown_outcome_is_shown_without_another_write(
    store: SteeredStore,
) -> None:
    room = await opened(store)
    store.fail_after = True
    news = room.audience.change

    with pytest.raises(StorageFailure):
        await room.push(ANN, 0, [insert(0, 0, "x")])
    await room.settle()

    assert (room.head, room.code, news.is_set()) == (1, "x", True)


async def test_a_cancelled_push_leaves_the_room_right(store: SteeredStore) -> None:
    room = await opened(store)
    store.go.clear()
    pushing = asyncio.ensure_future(room.push(ANN, 0, [insert(0, 0, "x")]))
    await store.append_called.wait()
    pushing.cancel()
    store.go.set()

    await room.push(BOB, 0, [insert(0, 0, "y")])

    assert await replayed(store) == room.code


async def test_another_server_that_was_quicker_is_read_on_and_rebased_over(
    store: SteeredStore,
) -> None:
    room = await opened(store, "--")
    other = await opened(store)
    await other.push(BOB, 0, [insert(2, 1, "bob")])

    await room.push(ANN, 0, [insert(2, 1, "ann")])

    assert (room.head, room.code) == (2, "-bobann-")


async def test_conflict_after_conflict_ends_with_both_texts(
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


async def test_what_another_server_has_appended_is_not_here_before_it_was_read(
    store: SteeredStore,
) -> None:
    """Neither for a reader who needs the store, nor for a late push."""
    there = await opened(store)
    for n in range(3):
        await there.push(ANN, n, [insert(n, n, "a")])
    await store.snapshot(ROOM, 3, (await log(store))[2].digest, "aaa")
    here = await opened(store)
    await there.push(BOB, 0, [insert(0, 0, "bob ")])

    found = await here.log.stored_after(0)
    assert found[-1].version == here.head == 3

    await here.push(Writer("cem-1", "Cem"), 0, [insert(0, 0, "cem ")])
    assert here.code == await replayed(store) == "aaabob cem "


async def test_a_client_that_was_shown_more_by_another_server_may_go_on(
    store: SteeredStore,
) -> None:
    here, there = await opened(store), await opened(store)
    await there.push(BOB, 0, [insert(0, 0, "bob")])

    await here.push(ANN, 1, [insert(3, 3, " ann")])

    assert here.code == "bob ann"
    with pytest.raises(BadChange, match="expected a version up to 2, found 3"):
        await here.push(ANN, 3, [insert(7, 7, "!")])


async def test_reading_on_shows_what_another_server_has_appended(
    store: SteeredStore,
) -> None:
    here, there = await opened(store), await opened(store)
    await there.push(BOB, 0, [insert(0, 0, "bob")])
    news = here.audience.change

    here.read_on()
    here.read_on()
    await here.settle()

    assert (here.head, here.code, news.is_set()) == (1, "bob", True)


async def test_a_log_that_has_become_shorter_is_not_this_room(
    store: SteeredStore,
) -> None:
    """Of the same epoch: the database was put back as it once was."""
    room = await opened(store, "old")
    await room.push(ANN, 0, [insert(3, 0, "x")])
    await store.delete(ROOM)
    await store.create(record(), "new")

    async with asyncio.timeout(GUARD):
        with pytest.raises(RoomNotFound):
            await room.push(BOB, 1, [insert(4, 0, "y")])
        with pytest.raises(RoomNotFound):
            await room.write(BOB, "z")
        await room.quiet()
    assert await log(store) == []


async def test_a_push_that_was_sent_twice_counts_once(store: SteeredStore) -> None:
    room = await opened(store)
    push = [insert(0, 0, "a"), insert(1, 1, "b")]

    await asyncio.gather(room.push(ANN, 0, push), room.push(ANN, 0, push))

    assert room.code == "ab"
    assert len(await log(store)) == 2


async def test_write_takes_head(store: SteeredStore) -> None:
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


async def test_an_update_that_rebases_to_nothing_is_still_a_revision(
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
async def test_an_edit_that_does_not_fit_is_refused_and_changes_nothing(
    store: SteeredStore, version: int, changes: ChangeSet
) -> None:
    room = await opened(store, "a👋")

    with pytest.raises(BadChange, match=r"expected .* found"):
        await room.push(ANN, version, [changes])

    assert (room.head, room.code, await log(store)) == (0, "a👋", [])


@pytest.mark.parametrize("code", ["a\0b", "a\ud83d"])
async def test_code_that_no_store_can_hold_is_refused(
    store: SteeredStore, code: str
) -> None:
    room = await opened(store, "before")

    with pytest.raises(BadChange):
        await room.write(ANN, code)

    assert room.code == "before"


async def test_code_over_the_limit_is_refused_with_the_limit_named(
    store: SteeredStore,
) -> None:
    room = await opened(store, "é" * 5, Limits(code=12))

    with pytest.raises(TooLarge, match=r"12 bytes .* would have 14"):
        await room.push(ANN, 0, [insert(5, 0, "👋")])
    with pytest.raises(TooLarge, match="12 bytes"):
        await room.write(ANN, "x" * 13)

    await room.push(ANN, 0, [insert(5, 0, "👋"), ChangeSet.replacing(7, [(2, 4, "")])])
    assert room.code == "👋ééé"


async def test_a_room_that_is_over_a_lowered_limit_can_shrink(
    store: SteeredStore,
) -> None:
    room = await opened(store, "x" * 20, Limits(code=10))

    await room.push(ANN, 0, [ChangeSet.replacing(20, [(0, 1, "")])])
    with pytest.raises(TooLarge):
        await room.push(ANN, 1, [insert(19, 0, "y" * 2)])

    assert room.code == "x" * 19


async def test_a_very_late_push_reads_what_memory_has_forgotten(
    store: SteeredStore,
) -> None:
    room = await opened(store, "", Limits(tail=2))
    for n in range(5):
        await room.push(BOB, n, [insert(n, n, str(n))])

    await room.push(ANN, 0, [insert(0, 0, "ann")])

    assert room.code == "01234ann"
    assert room.log.tail_after(2) is None


async def test_memory_holds_fewer_revisions_where_they_are_large(
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


async def test_from_the_store_no_more_is_read_than_is_sent(
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
    found = await room.log.stored_after(1)

    assert [each.version for each in found] == [2, 3]
    assert read == [(1, 2), (3, 2)]


async def test_snapshots_are_taken_and_loading_uses_them(store: SteeredStore) -> None:
    room = await opened(store, "", Limits(snapshot_revisions=3))
    for n in range(4):
        await room.push(BOB, n, [insert(n, n, str(n))])
    await room.settle()

    stored = await store.load(ROOM)

    assert (stored.version, stored.code, len(stored.revisions)) == (3, "012", 1)
    assert await replayed(store) == "0123"


async def test_large_edits_bring_a_snapshot_sooner(store: SteeredStore) -> None:
    room = await opened(store, "", Limits(snapshot_size=100))

    await room.push(BOB, 0, [insert(0, 0, "x" * 200)])
    await room.settle()

    assert (await store.load(ROOM)).version == 1


async def test_much_work_is_not_done_on_the_event_loop(
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


async def aged(store: Store, count: int) -> Room:
    """A room whose first ``count`` revisions, long ago, have been merged since."""
    room = await opened(store, "-", Limits(tail=2))
    for number in range(count):
        await room.push(BOB, number, [insert(number + 1, 0, "x")])
    before = first_digest("epoch")
    await store.compact(ROOM, [merge(before, await log(store))])
    return room


async def test_it_goes_on_from_what_is_kept_one_by_one(store: SteeredStore) -> None:
    old = await aged(store, 5)
    await old.push(ANN, 5, [insert(6, 0, "a")])
    room = await opened(store)

    assert [v for v in range(8) if room.log.goes_on_from(v)] == [5, 6]
    # The one that is open still has some in memory.
    assert [v for v in range(8) if old.log.goes_on_from(v)] == [0, 1, 2, 3, 4, 5, 6]


async def test_an_edit_from_within_what_was_merged_is_refused(
    store: SteeredStore,
) -> None:
    old = await aged(store, 5)
    room = await opened(store)

    for version, each in ((3, room), (0, room), (2, old)):
        with pytest.raises(TooOld, match=f"since version {version} have been merged"):
            await each.push(ANN, version, [insert(version + 1, 0, "a")])
    assert (room.head, old.head) == (5, 5)
    assert not old.log.goes_on_from(2), "having seen it, it knows"

    await old.push(ANN, 4, [insert(5, 0, "a")])
    await old.push(BOB, 5, [insert(6, 0, "b")])
    assert old.code == await replayed(store)
    assert sorted(old.code) == sorted("baxxxxx-")


async def test_a_room_reads_on_over_what_another_server_has_merged(
    store: SteeredStore,
) -> None:
    """Merged before this one had read it: its head is inside of a merged revision."""
    room = await opened(store, "-")
    other = await opened(store)
    await room.push(ANN, 0, [insert(1, 0, "1")])
    await other._make_certain()
    for number in range(5):
        await room.write(BOB, f"{number}")
    whole = await log(store)
    for end in (3, 5):
        kept = await log(store)
        part = [each for each in kept if each.version <= end]
        await store.compact(ROOM, [merge(first_digest("epoch"), part)])

        await other.write(Writer("cem-1", "Cem"), f"at last {end}")

    assert other.code == "at last 5"
    assert (other.head, len(whole)) == (8, 6)
    assert await replayed(store) == other.code
    assert other.log.tail_after(5) == (await log(store))[1:]
