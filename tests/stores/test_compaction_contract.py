"""Compaction and restore points, in every store."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs

from jupyter_pairedit.core.marks import names_of
from jupyter_pairedit.core.retention import OVERHEAD, merge
from jupyter_pairedit.core.revisions import Revision, first_digest
from jupyter_pairedit.core.runs import NEXT, RunState
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.errors import (
    PointLimit,
    PointNotFound,
    RoomDamaged,
    RoomNotFound,
    VersionConflict,
    VersionMerged,
    VersionNotFound,
)
from jupyter_pairedit.stores.records import Point
from tests.making import ROOM, chain, insert, record, revision, run

OTHER = "S" * 22
FIRST = first_digest("epoch")


def point(version: int, name: str = "before lunch") -> Point:
    return Point(version, name, "Ann", 1_234.5)


async def typed(store: Store, count: int) -> list[Revision]:
    """Create the room with ``count`` revisions of one letter each."""
    await store.create(record(), "")
    log = chain(*(revision(n, insert(n - 1, 0, "x")) for n in range(1, count + 1)))
    await store.append(ROOM, 0, log)
    return log


async def test_a_merged_revision_has_the_marks_of_its_parts(store: Store) -> None:
    await store.create(record(), "")
    kinds = [["suggested"], ["suggested"], ["guest"], []]
    log = chain(
        *(revision(n, insert(n - 1, 0, "x"), marks=m) for n, m in enumerate(kinds, 1))
    )
    await store.append(ROOM, 0, log)
    merged = [merge(FIRST, log[:2]), merge(log[1].digest, log[2:])]

    await store.compact(ROOM, merged)

    found = await store.revisions(ROOM, 0, -1)
    assert found == merged
    assert [names_of(each.marks) for each in found] == [
        ["suggested"],
        ["guest", "partly"],
    ]


async def test_merged_revisions_replace_others(
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

    # Merged revisions can be merged again, and appends continue.
    both = merge(FIRST, [first, second])
    await store.compact(ROOM, [both])
    more = revision(10, insert(9, 0, "x")).chained(log[8].digest)
    await store.append(ROOM, 9, [more])
    assert list((await store.load(ROOM)).revisions) == [both, *log[6:], more]


async def test_an_append_within_merged_versions_conflicts(store: Store) -> None:
    """Their primary keys are free; another server may not know of the merge."""
    log = await typed(store, 9)
    short = [merge(FIRST, log[:3]), log[3], merge(log[3].digest, log[4:])]
    await store.compact(ROOM, [short[0], short[2]])

    for after in (0, 2, 4):
        late = revision(after + 1, insert(after, 0, "y"))
        with pytest.raises(VersionConflict, match=f"end at {after}, found 9"):
            await store.append(ROOM, after, [late])

    assert await store.revisions(ROOM, 0, -1) == short


async def test_a_log_without_merges_has_no_merged_version(store: Store) -> None:
    await typed(store, 3)

    assert (await store.load(ROOM)).merged == 0


async def test_a_merged_log_is_loaded_at_the_kept_version_before(store: Store) -> None:
    log = await typed(store, 9)
    merged = merge(log[2].digest, log[3:6])
    await store.compact(ROOM, [merged])

    at = {version: await store.load(ROOM, version) for version in range(10)}

    assert list(at[6].revisions) == [*log[:3], merged]
    assert list(at[5].revisions) == list(at[4].revisions) == log[:3]


async def test_compaction_deletes_snapshots_within_merged_revisions(
    store: Store,
) -> None:
    log = await typed(store, 9)
    for version in (2, 3, 5, 6):
        digest = log[version - 1].digest
        await store.snapshot(ROOM, version, digest, "x" * version)

    await store.compact(ROOM, [merge(log[2].digest, log[3:6])])

    started = [(await store.load(ROOM, at)).version for at in range(10)]
    assert started == [0, 0, 2, 3, 3, 3, 6, 6, 6, 6]
    await store.snapshot(ROOM, 5, log[4].digest, "xxxxx")
    assert (await store.load(ROOM, 5)).version == 3


async def test_a_merged_revision_of_other_revisions_is_refused(
    store: Store,
) -> None:
    """Another server may have merged them, or a restore point may be new."""
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


async def test_a_changed_merged_revision_is_found_to_be_damaged(store: Store) -> None:
    log = await typed(store, 9)
    await store.compact(
        ROOM, [structs.replace(merge(log[2].digest, log[3:6]), author="Eve")]
    )

    with pytest.raises(RoomDamaged, match="damaged after version 3") as found:
        await store.load(ROOM)

    assert (found.value.version, found.value.code) == (3, "xxx")


async def test_restore_points_are_created_renamed_and_deleted(store: Store) -> None:
    await typed(store, 3)

    await store.name_version(ROOM, point(3, "Ünïcode 👋"), 9)
    await store.name_version(ROOM, point(0), 9)
    await store.name_version(ROOM, point(3, "another"), 9)

    assert await store.points(ROOM) == [point(0), point(3, "another")]
    await store.forget_name(ROOM, 0)
    assert await store.points(ROOM) == [point(3, "another")]
    with pytest.raises(PointNotFound, match="no restore point at version 0"):
        await store.forget_name(ROOM, 0)


async def test_only_a_kept_version_can_be_a_restore_point(store: Store) -> None:
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


async def test_the_number_of_restore_points_is_limited(store: Store) -> None:
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


async def test_the_versions_of_kept_runs_are_pinned(store: Store) -> None:
    await typed(store, 9)
    for version in (3, 3, 6):
        await store.runs.add(ROOM, replace(run("asked"), version=version), 9, 9)

    assert sorted(await store.pins(ROOM))[-2:] == [3, 6]
    for number in (1, 2):
        done = replace(run("withdrawn"), number=number, version=3)
        await store.runs.change(ROOM, done)
    await store.runs.add(ROOM, replace(run("asked"), version=8), 2, 9)
    assert sorted(await store.pins(ROOM))[-2:] == [6, 8]


async def test_a_version_that_is_run_meanwhile_is_not_merged(store: Store) -> None:
    log = await typed(store, 9)
    merged = merge(log[2].digest, log[3:6])
    await store.runs.add(ROOM, replace(run("queued"), version=5), 9, 9)

    with pytest.raises(VersionConflict):
        await store.compact(ROOM, [merged])

    assert await store.revisions(ROOM, 0, -1) == log
    await store.compact(ROOM, [merge(log[1].digest, log[2:5])])
    assert 5 in [each.version for each in await store.revisions(ROOM, 0, -1)]


@pytest.mark.parametrize("state", NEXT)
async def test_only_runs_that_have_not_ended_pin_versions_at_all_costs(
    store: Store, state: RunState
) -> None:
    log = await typed(store, 9)
    await store.runs.add(ROOM, replace(run(state), version=5), 9, 9)
    ended = not NEXT[state]

    assert 5 in await store.pins(ROOM)
    assert (5 in await store.pins(ROOM, ended_runs=False)) is not ended
    if ended:
        await store.compact(ROOM, [merge(log[2].digest, log[3:6])])
    else:
        with pytest.raises(VersionConflict):
            await store.compact(ROOM, [merge(log[2].digest, log[3:6])])


async def test_usage_counts_bytes(store: Store) -> None:
    await store.create(record(), "👋")
    (only,) = chain(revision(1, insert(2, 0, "one\ntwo 👋")))
    await store.append(ROOM, 0, [only])
    await store.snapshot(ROOM, 1, only.digest, "one\ntwo 👋👋")

    usage = await store.usage(ROOM)
    (row,) = await store.outline(ROOM, 0, -1)

    assert (usage.revisions, usage.snapshots) == (1, 4 + 16)
    assert OVERHEAD + 20 < usage.log < OVERHEAD + 50
    assert row.size == usage.log


async def test_an_outline_describes_revisions_without_their_changes(
    store: Store,
) -> None:
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
