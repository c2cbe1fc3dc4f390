"""What every store does; each test runs on each store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from msgspec import structs

from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.retention import OVERHEAD, merge
from jupyter_pairedit.core.revisions import Revision, first_digest
from jupyter_pairedit.stores.base import (
    Point,
    PointLimit,
    PointNotFound,
    RoomDamaged,
    RoomLimit,
    RoomNotFound,
    Store,
    VersionConflict,
    VersionMerged,
    VersionNotFound,
)
from tests.making import ROOM, chain, insert, record, revision

OTHER = "S" * 22
FIRST = first_digest("epoch")


def point(version: int, name: str = "before lunch") -> Point:
    return Point(version, name, "Ann", 1_234.5)


async def typed(store: Store, count: int) -> list[Revision]:
    """Make the room, and so many revisions of one letter each."""
    await store.create(record(), "")
    log = chain(*(revision(n, insert(n - 1, 0, "x")) for n in range(1, count + 1)))
    await store.append(ROOM, 0, log)
    return log


async def test_a_room_is_loaded_as_it_was_made(store: Store) -> None:
    made = await store.create(record(title="Ünïcode 👋"), "# 👋\n")

    stored = await store.load(ROOM)

    assert made is True
    assert stored.record == record(title="Ünïcode 👋")
    assert (stored.version, stored.code, list(stored.revisions)) == (0, "# 👋\n", [])


async def test_making_a_room_again_changes_nothing(store: Store) -> None:
    await store.create(record(), "first")

    assert await store.create(replace(record(), title="other"), "second") is False

    stored = await store.load(ROOM)
    assert (stored.record.title, stored.code) == ("", "first")


async def test_no_room_is_made_above_the_most_but_one_is_found(store: Store) -> None:
    await store.create(record(), "", 1)

    with pytest.raises(RoomLimit, match="1 rooms"):
        await store.create(record(OTHER), "", 1)

    assert await store.create(record(), "", 1) is False
    assert [each.record.room_id for each in await store.rooms()] == [ROOM]
    assert await store.create(record(OTHER), "", 2) is True


async def test_of_two_that_make_one_room_at_once_one_does(store: Store) -> None:
    made = await asyncio.gather(
        store.create(record(), "a"), store.create(record(), "b")
    )

    assert sorted(made) == [False, True]


async def test_no_room_is_a_room_not_found(store: Store) -> None:
    with pytest.raises(RoomNotFound, match=ROOM):
        await store.load(ROOM)
    with pytest.raises(RoomNotFound):
        await store.delete(ROOM)
    with pytest.raises(RoomNotFound):
        await store.append(ROOM, 0, [revision(1, insert(0, 0, "x"))])
    assert await store.revisions(ROOM, 0, 10) == []


async def test_revisions_come_back_as_they_were_appended(store: Store) -> None:
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


async def test_an_append_to_a_room_that_was_made_again_finds_no_such_room(
    store: Store,
) -> None:
    await store.create(record(), "same")
    await store.delete(ROOM)
    await store.create(replace(record(), epoch="another"), "same")
    change = revision(1, insert(4, 0, "x"))

    with pytest.raises(RoomNotFound, match=ROOM):
        await store.append(ROOM, 0, [change], record().epoch)
    assert await store.revisions(ROOM, 0, -1) == []

    await store.append(ROOM, 0, [change], "another")
    # That the log has moved on too makes no difference.
    with pytest.raises(RoomNotFound):
        await store.append(ROOM, 0, [change], record().epoch)
    with pytest.raises(VersionConflict):
        await store.append(ROOM, 0, [change], "another")


async def test_a_refused_append_harms_no_other(store: Store) -> None:
    """Appends that wait are committed together."""
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


async def test_what_was_appended_is_there_when_the_store_is_opened_again(
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


async def test_a_room_can_be_loaded_as_it_was(store: Store) -> None:
    await store.create(record(), "")
    written = chain(*(revision(n, insert(n - 1, 0, "x")) for n in range(1, 6)))
    await store.append(ROOM, 0, written)
    await store.snapshot(ROOM, 3, written[2].digest, "xxx")

    early, late = await store.load(ROOM, 2), await store.load(ROOM, 4)

    assert (early.version, list(early.revisions)) == (0, written[:2])
    assert (late.version, list(late.revisions)) == (3, written[3:4])


async def test_many_snapshots_are_thinned_and_the_first_and_the_newest_stay(
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


async def test_a_log_that_does_not_add_up_is_found_and_the_last_good_code_given(
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


async def test_a_damaged_snapshot_is_passed_over(store: Store) -> None:
    await store.create(record(), "")
    written = chain(*(revision(n, insert(n - 1, 0, "x")) for n in range(1, 4)))
    await store.append(ROOM, 0, written)
    await store.snapshot(ROOM, 2, "another digest", "xx")

    stored = await store.load(ROOM)

    assert (stored.version, list(stored.revisions)) == (0, written)


async def test_a_deleted_room_is_gone_with_its_log(store: Store) -> None:
    await store.create(record(), "")
    await store.append(ROOM, 0, [revision(1, insert(0, 0, "x"))])

    await store.name_version(ROOM, point(1), 9)

    await store.delete(ROOM)

    with pytest.raises(RoomNotFound):
        await store.load(ROOM)
    assert await store.revisions(ROOM, 0, -1) == []
    assert await store.points(ROOM) == []
    assert (await store.usage(ROOM)).size == 0
    await store.snapshot(ROOM, 1, "digest", "x")
    assert await store.create(record(), "anew") is True
    assert (await store.load(ROOM)).code == "anew"


async def test_rooms_are_listed_the_last_changed_first(store: Store) -> None:
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


async def test_closing_finishes_what_waits_and_may_be_done_again(
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


async def test_merged_revisions_take_the_place_of_those_they_stand_for(
    store: Store,
) -> None:
    log = await typed(store, 9)
    first, second = merge(FIRST, log[:3]), merge(log[2].digest, log[3:6])

    await store.compact(ROOM, [first, second])

    short = [first, second, *log[6:]]
    assert await store.revisions(ROOM, 0, -1) == short
    assert await store.revisions(ROOM, 4, 2) == [second, log[6]]
    stored = await store.load(ROOM)
    assert (stored.version, list(stored.revisions)) == (0, short)
    assert stored.merged == 6

    # And they can be merged again, and the log goes on.
    both = merge(FIRST, [first, second])
    await store.compact(ROOM, [both])
    more = revision(10, insert(9, 0, "x")).chained(log[8].digest)
    await store.append(ROOM, 9, [more])
    assert list((await store.load(ROOM)).revisions) == [both, *log[6:], more]


async def test_an_append_into_what_was_merged_conflicts(store: Store) -> None:
    """The versions are free again, and another server may not know of it yet."""
    log = await typed(store, 9)
    short = [merge(FIRST, log[:3]), log[3], merge(log[3].digest, log[4:])]
    await store.compact(ROOM, [short[0], short[2]])

    for after in (0, 2, 4):
        late = revision(after + 1, insert(after, 0, "y"))
        with pytest.raises(VersionConflict, match=f"end at {after}, found 9"):
            await store.append(ROOM, after, [late])

    assert await store.revisions(ROOM, 0, -1) == short


async def test_of_a_log_nothing_was_merged_in_all_is_kept(store: Store) -> None:
    await typed(store, 3)

    assert (await store.load(ROOM)).merged == 0


async def test_a_merged_log_is_loaded_as_it_was_at_what_is_kept(store: Store) -> None:
    log = await typed(store, 9)
    merged = merge(log[2].digest, log[3:6])
    await store.compact(ROOM, [merged])

    at = {version: await store.load(ROOM, version) for version in range(10)}

    assert list(at[6].revisions) == [*log[:3], merged]
    assert list(at[5].revisions) == list(at[4].revisions) == log[:3]


async def test_snapshots_inside_of_a_merged_revision_go_with_it(store: Store) -> None:
    log = await typed(store, 9)
    for version in (2, 3, 5, 6):
        digest = log[version - 1].digest
        await store.snapshot(ROOM, version, digest, "x" * version)

    await store.compact(ROOM, [merge(log[2].digest, log[3:6])])

    started = [(await store.load(ROOM, at)).version for at in range(10)]
    assert started == [0, 0, 2, 3, 3, 3, 6, 6, 6, 6]
    await store.snapshot(ROOM, 5, log[4].digest, "xxxxx")
    assert (await store.load(ROOM, 5)).version == 3


async def test_what_is_not_what_a_merged_revision_stands_for_stays(
    store: Store,
) -> None:
    """Another server may have been quicker, or somebody has named a version."""
    log = await typed(store, 9)
    merged = merge(log[2].digest, log[3:6])
    await store.compact(ROOM, [merged])
    await store.name_version(ROOM, point(8), 9)
    short = await store.revisions(ROOM, 0, -1)
    good = merge(FIRST, log[:2])

    for bad in (
        merge(log[3].digest, log[4:6]),
        merge(log[4].digest, log[5:7]),
        merge(log[6].digest, log[7:]),
        structs.replace(merge(log[5].digest, log[6:8]), digest="another"),
        merge(log[8].digest, [revision(10, insert(9, 0, "x"))]),
    ):
        with pytest.raises(VersionConflict):
            await store.compact(ROOM, [good, bad])
        assert await store.revisions(ROOM, 0, -1) == short
    with pytest.raises(RoomNotFound):
        await store.compact(OTHER, [good])


async def test_a_merged_revision_that_was_changed_is_found(store: Store) -> None:
    log = await typed(store, 9)
    await store.compact(
        ROOM, [structs.replace(merge(log[2].digest, log[3:6]), author="Eve")]
    )

    with pytest.raises(RoomDamaged, match="damaged after version 3") as found:
        await store.load(ROOM)

    assert (found.value.version, found.value.code) == (3, "xxx")


async def test_versions_are_named_named_anew_and_forgotten(store: Store) -> None:
    await typed(store, 3)

    await store.name_version(ROOM, point(3, "Ünïcode 👋"), 9)
    await store.name_version(ROOM, point(0), 9)
    await store.name_version(ROOM, point(3, "another"), 9)

    assert await store.points(ROOM) == [point(0), point(3, "another")]
    await store.forget_name(ROOM, 0)
    assert await store.points(ROOM) == [point(3, "another")]
    with pytest.raises(PointNotFound, match="no restore point at version 0"):
        await store.forget_name(ROOM, 0)


async def test_only_a_version_that_is_kept_can_be_named(store: Store) -> None:
    log = await typed(store, 9)
    await store.compact(ROOM, [merge(log[2].digest, log[3:6])])

    with pytest.raises(VersionNotFound, match="up to 9, found 10"):
        await store.name_version(ROOM, point(10), 9)
    with pytest.raises(VersionMerged, match="kept are 3 and 6") as merged:
        await store.name_version(ROOM, point(4), 9)
    with pytest.raises(RoomNotFound):
        await store.name_version(OTHER, point(0), 9)

    assert merged.value.nearest == (3, 6)
    assert await store.points(ROOM) == []


async def test_a_room_has_so_many_restore_points_and_no_more(store: Store) -> None:
    await typed(store, 3)
    await store.name_version(ROOM, point(1), 2)
    await store.name_version(ROOM, point(2), 2)

    with pytest.raises(PointLimit, match="2 restore points"):
        await store.name_version(ROOM, point(3), 2)

    await store.name_version(ROOM, point(2, "another"), 2)
    assert [each.name for each in await store.points(ROOM)] == [
        "before lunch",
        "another",
    ]


async def test_restore_points_and_the_newest_snapshot_are_pinned(store: Store) -> None:
    log = await typed(store, 9)
    for version in (2, 7):
        await store.snapshot(ROOM, version, log[version - 1].digest, "x" * version)
    await store.name_version(ROOM, point(5), 9)

    assert sorted(await store.pins(ROOM)) == [5, 7]


async def test_a_room_is_measured(store: Store) -> None:
    await store.create(record(), "👋")
    (only,) = chain(revision(1, insert(2, 0, "one\ntwo 👋")))
    await store.append(ROOM, 0, [only])
    await store.snapshot(ROOM, 1, only.digest, "one\ntwo 👋👋")

    usage = await store.usage(ROOM)
    (row,) = await store.outline(ROOM, 0, -1)

    assert (usage.revisions, usage.snapshots) == (1, 4 + 16)
    assert OVERHEAD + 20 < usage.log < OVERHEAD + 50
    assert row.size == usage.log


async def test_an_outline_has_what_merging_asks_about(store: Store) -> None:
    await store.create(record(), "")
    log = chain(
        revision(1, insert(0, 0, "a")),
        structs.replace(revision(2, insert(1, 0, "b")), author="Bob"),
        revision(3, insert(2, 0, "c"), kind="write"),
    )
    await store.append(ROOM, 0, log)
    await store.compact(ROOM, [merge(FIRST, log[:2])])

    rows = await store.outline(ROOM, 0, 9)

    assert [(row.version, row.run, row.kind, row.authors, row.at) for row in rows] == [
        (2, 2, "edit", ("Ann", "Bob"), 1_002.0),
        (3, 1, "write", ("Ann",), 1_003.0),
    ]
    assert await store.outline(ROOM, 0, 1) == rows[:1]
    assert await store.outline(ROOM, 2, 9) == rows[1:]
