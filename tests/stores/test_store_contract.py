"""Rooms and logs, in every store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from msgspec import structs

from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.errors import (
    RoomDamaged,
    RoomLimit,
    RoomNotFound,
    VersionConflict,
)
from jupyter_pairedit.stores.records import Point
from tests.making import ROOM, chain, insert, record, revision

OTHER = "S" * 22


async def test_a_room_is_loaded_as_it_was_created(store: Store) -> None:
    made = await store.create(record(title="Ünïcode 👋"), "# 👋\n")

    stored = await store.load(ROOM)

    assert made is True
    assert stored.record == record(title="Ünïcode 👋")
    assert (stored.version, stored.code, list(stored.revisions)) == (0, "# 👋\n", [])


async def test_creating_a_room_again_changes_nothing(store: Store) -> None:
    await store.create(record(), "first")

    assert await store.create(replace(record(), title="other"), "second") is False

    stored = await store.load(ROOM)
    assert (stored.record.title, stored.code) == ("", "first")


async def test_the_number_of_rooms_is_limited(store: Store) -> None:
    await store.create(record(), "", 1)

    with pytest.raises(RoomLimit, match="1 rooms"):
        await store.create(record(OTHER), "", 1)

    assert await store.create(record(), "", 1) is False
    assert [each.record.room_id for each in await store.rooms()] == [ROOM]
    assert await store.create(record(OTHER), "", 2) is True


async def test_one_of_two_concurrent_creations_succeeds(store: Store) -> None:
    made = await asyncio.gather(
        store.create(record(), "a"), store.create(record(), "b")
    )

    assert sorted(made) == [False, True]


async def test_a_missing_room_is_not_found(store: Store) -> None:
    with pytest.raises(RoomNotFound, match=ROOM):
        await store.load(ROOM)
    with pytest.raises(RoomNotFound):
        await store.delete(ROOM, 2_000.0)
    with pytest.raises(RoomNotFound):
        await store.append(ROOM, 0, [revision(1, insert(0, 0, "x"))])
    assert await store.revisions(ROOM, 0, 10) == []


async def test_revisions_are_read_as_they_were_appended(store: Store) -> None:
    await store.create(record(), "")
    written = chain(
        revision(1, insert(0, 0, "one\ntwo 👋\n")),
        revision(2, ChangeSet.replacing(11, [(0, 3, "")]), "bob", "write"),
        revision(3, ChangeSet.replacing(8, [])),
    )

    await store.append(ROOM, 0, written[:2])
    await store.append(ROOM, 2, written[2:])

    assert list((await store.load(ROOM)).revisions) == written
    assert await store.revisions(ROOM, 1, 1) == [written[1]]
    assert await store.revisions(ROOM, 0, -1) == written
    assert await store.revisions(ROOM, 3, 10) == []


async def test_the_marks_of_revisions_are_read_as_they_were_appended(
    store: Store,
) -> None:
    await store.create(record(), "")
    each = [["guest"], ["python"], ["suggested"], ["agent"], [], ["guest", "agent"]]
    written = chain(
        *(revision(n, insert(n - 1, 0, "x"), marks=m) for n, m in enumerate(each, 1))
    )

    await store.append(ROOM, 0, written)

    assert await store.revisions(ROOM, 0, -1) == written
    assert list((await store.load(ROOM)).revisions) == written
    rows = await store.outline(ROOM, 0, -1)
    assert [row.marks for row in rows] == [revision.marks for revision in written]


async def test_marks_of_a_later_version_or_damaged_ones_do_not_hide_the_text(
    store: Store, do_sql: Callable[[str], None]
) -> None:
    await store.create(record(), "")
    written = chain(revision(1, insert(0, 0, "x"), marks=["agent"]))
    await store.append(ROOM, 0, written)

    do_sql("update {schema}revision set marks = 8 + 1024")

    assert await store.revisions(ROOM, 0, -1) == written


async def test_of_two_appends_after_one_version_the_second_conflicts(
    store: Store,
) -> None:
    await store.create(record(), "")
    first, second = (revision(1, insert(0, 0, text)) for text in "ab")

    outcomes = await asyncio.gather(
        store.append(ROOM, 0, [first]),
        store.append(ROOM, 0, [second]),
        return_exceptions=True,
    )

    assert outcomes[0] is None
    assert isinstance(outcomes[1], VersionConflict)
    assert await store.revisions(ROOM, 0, -1) == [first]


async def test_an_append_that_would_leave_a_gap_conflicts(store: Store) -> None:
    await store.create(record(), "")

    with pytest.raises(VersionConflict, match="expected the log to end at 5, found 0"):
        await store.append(ROOM, 5, [revision(6, insert(0, 0, "x"))])


async def test_an_append_to_a_room_of_another_epoch_is_refused(
    store: Store,
) -> None:
    await store.create(record(), "same")
    await store.delete(ROOM, 2_000.0)
    await store.create(replace(record(), epoch="another"), "same")
    change = revision(1, insert(4, 0, "x"))

    with pytest.raises(RoomNotFound, match=ROOM):
        await store.append(ROOM, 0, [change], record().epoch)
    assert await store.revisions(ROOM, 0, -1) == []

    await store.append(ROOM, 0, [change], "another")
    # The epoch is checked before the version.
    with pytest.raises(RoomNotFound):
        await store.append(ROOM, 0, [change], record().epoch)
    with pytest.raises(VersionConflict):
        await store.append(ROOM, 0, [change], "another")


async def test_a_refused_append_does_not_affect_the_others_of_its_batch(
    store: Store,
) -> None:
    await store.create(record(), "")
    await store.create(record(OTHER), "")

    outcomes = await asyncio.gather(
        store.append(ROOM, 0, [revision(1, insert(0, 0, "x"))]),
        store.append(ROOM, 0, [revision(1, insert(0, 0, "y"))]),
        store.append("T" * 22, 0, [revision(1, insert(0, 0, "z"))]),
        store.append(OTHER, 0, [revision(1, insert(0, 0, "o"))]),
        return_exceptions=True,
    )

    assert [type(each) for each in outcomes] == [
        type(None),
        VersionConflict,
        RoomNotFound,
        type(None),
    ]
    assert len(await store.revisions(OTHER, 0, -1)) == 1


async def test_appended_revisions_are_kept_when_the_store_is_reopened(
    store: Store, open_again: Callable[[], Store]
) -> None:
    await store.create(record(), "")
    written = chain(revision(1, insert(0, 0, "kept")))
    await store.append(ROOM, 0, written)
    await store.close()

    again = open_again()
    try:
        assert list((await again.load(ROOM)).revisions) == written
    finally:
        await again.close()


async def test_loading_starts_at_the_newest_snapshot(store: Store) -> None:
    await store.create(record(), "")
    written = chain(*(revision(n, insert(n - 1, 0, "x")) for n in range(1, 6)))
    await store.append(ROOM, 0, written)

    await store.snapshot(ROOM, 2, written[1].digest, "xx")
    await store.snapshot(ROOM, 4, written[3].digest, "xxxx")

    stored = await store.load(ROOM)
    assert (stored.version, stored.code) == (4, "xxxx")
    assert stored.digest == written[3].digest
    assert list(stored.revisions) == written[4:]
    assert await store.revisions(ROOM, 0, -1) == written


async def test_a_room_is_loaded_as_it_was_at_a_version(store: Store) -> None:
    await store.create(record(), "")
    written = chain(*(revision(n, insert(n - 1, 0, "x")) for n in range(1, 6)))
    await store.append(ROOM, 0, written)
    await store.snapshot(ROOM, 3, written[2].digest, "xxx")

    early, late = await store.load(ROOM, 2), await store.load(ROOM, 4)

    assert (early.version, list(early.revisions)) == (0, written[:2])
    assert (late.version, list(late.revisions)) == (3, written[3:4])


async def test_snapshots_are_thinned_but_for_the_first_and_the_newest(
    store: Store,
) -> None:
    await store.create(record(), "")
    written = chain(*(revision(n, insert(n - 1, 0, "x")) for n in range(1, 41)))
    await store.append(ROOM, 0, written)

    for each in written:
        await store.snapshot(ROOM, each.version, each.digest, "x" * each.version)

    assert (await store.load(ROOM)).version == 40
    started = {(await store.load(ROOM, at)).version for at in range(41)}
    assert {0, 40} <= started
    assert 8 <= len(started) <= 17


async def test_a_damaged_log_is_reported_with_the_last_good_code(
    store: Store,
) -> None:
    await store.create(record(), "")
    await store.create(record(OTHER), "fine")
    good, bad, after = chain(
        revision(1, insert(0, 0, "good")),
        revision(2, insert(4, 4, "!")),
        revision(3, insert(5, 5, "?")),
    )
    await store.append(ROOM, 0, [good, structs.replace(bad, author="Eve"), after])

    with pytest.raises(RoomDamaged, match="damaged after version 1") as found:
        await store.load(ROOM)

    assert (found.value.version, found.value.code) == (1, "good")
    assert (await store.load(OTHER)).code == "fine"
    assert (await store.load(ROOM, 1)).version == 0


async def test_a_damaged_snapshot_is_skipped(store: Store) -> None:
    await store.create(record(), "")
    written = chain(*(revision(n, insert(n - 1, 0, "x")) for n in range(1, 4)))
    await store.append(ROOM, 0, written)
    await store.snapshot(ROOM, 2, "another digest", "xx")

    stored = await store.load(ROOM)

    assert (stored.version, list(stored.revisions)) == (0, written)


async def test_deleting_a_room_deletes_its_log(store: Store) -> None:
    await store.create(record(), "")
    await store.append(ROOM, 0, [revision(1, insert(0, 0, "x"))])

    await store.name_version(ROOM, Point(1, "before lunch", "Ann", 1_234.5), 9)

    await store.delete(ROOM, 2_000.0)

    with pytest.raises(RoomNotFound):
        await store.load(ROOM)
    assert await store.revisions(ROOM, 0, -1) == []
    assert await store.points(ROOM) == []
    assert (await store.usage(ROOM)).size == 0
    await store.snapshot(ROOM, 1, "digest", "x")
    assert await store.create(record(), "anew") is True
    assert (await store.load(ROOM)).code == "anew"


async def test_rooms_are_listed_by_last_change(store: Store) -> None:
    await store.create(record(), "")
    await store.create(replace(record(OTHER), created_at=1_001.0), "")
    await store.append(ROOM, 0, [revision(1, insert(0, 0, "x"))])
    await store.append(ROOM, 1, [revision(2, insert(1, 0, "x"))])

    rooms = await store.rooms()

    assert [(each.record.room_id, each.version, each.changed_at) for each in rooms] == [
        (ROOM, 2, 1_002.0),
        (OTHER, 0, 1_001.0),
    ]


async def test_two_servers_on_one_database_agree_on_the_order(
    store: Store, open_again: Callable[[], Store]
) -> None:
    other = open_again()
    try:
        await store.create(record(), "")
        await other.append(ROOM, 0, [revision(1, insert(0, 0, "x"))])

        with pytest.raises(VersionConflict):
            await store.append(ROOM, 0, [revision(1, insert(0, 0, "y"))])
        assert len(await store.revisions(ROOM, 0, -1)) == 1
    finally:
        await other.close()


async def test_closing_finishes_appends_and_may_be_repeated(
    store: Store, open_again: Callable[[], Store]
) -> None:
    await store.create(record(), "")
    waiting = asyncio.ensure_future(
        store.append(ROOM, 0, [revision(1, insert(0, 0, "x"))])
    )
    await asyncio.sleep(0)

    await store.close()
    await store.close()
    await waiting

    again = open_again()
    try:
        assert len(await again.revisions(ROOM, 0, -1)) == 1
    finally:
        await again.close()
