"""Merging old revisions, and more if a log exceeds its limits."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from jupyter_pairedit.core.changes import ChangeSet
from jupyter_pairedit.core.limits import Limits
from jupyter_pairedit.core.retention import Keep, Row
from jupyter_pairedit.core.revisions import Revision, first_digest, intact, replay
from jupyter_pairedit.core.runs import code_of, digest_of
from jupyter_pairedit.core.text import Text
from jupyter_pairedit.rooms import compaction
from jupyter_pairedit.rooms.blame import BlameCache
from jupyter_pairedit.rooms.compaction import compact
from jupyter_pairedit.rooms.hub import Hub
from jupyter_pairedit.rooms.room import Room
from jupyter_pairedit.stores import open_store
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.errors import RoomDamaged, StorageFailure
from jupyter_pairedit.stores.records import Point
from tests.making import ROOM, chain, insert, record, revision, run

NOW = 1_700_000_000.0
HOUR, DAY = 3_600.0, 24 * 3_600.0
KEEP = Keep(exact=30 * DAY, hourly=90 * DAY, revisions=1_000, size=10**7)


@pytest.fixture
def store(
    tmp_path: Path, jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path}/rooms.db")
    yield store
    jp_asyncio_loop.run_until_complete(store.close())


async def typed(store: Store, ages: Sequence[float], *authors: str) -> list[Revision]:
    """Create the room and a log of one letter per revision.

    ``ages`` are in seconds; the authors take turns.
    """
    await store.create(record(), "")
    log = chain(
        *(
            structs.replace(
                revision(n, insert(n - 1, (n * 7) % n, chr(96 + n % 26 + 1))),
                at=NOW - age,
                author=authors[n % len(authors)] if authors else "Ann",
            )
            for n, age in enumerate(ages, 1)
        )
    )
    await store.append(ROOM, 0, log)
    return log


def code(log: Sequence[Revision]) -> str:
    return str(replay(Text.of(""), log))


async def code_at(store: Store, version: int) -> str:
    stored = await store.load(ROOM, version)
    assert stored.last == version
    return str(replay(Text.of(stored.code), stored.revisions))


async def test_an_old_log_becomes_short_and_leads_to_the_same_code(
    store: Store,
) -> None:
    log = await typed(store, [200 * DAY - n * 3_600 for n in range(1_300)] + [9.0, 8.0])

    usage = await compact(store, record(), KEEP, NOW)

    short = await store.revisions(ROOM, 0, -1)
    assert usage.revisions == len(short) == 3
    assert short[1:] == log[-2:]
    assert intact(first_digest("epoch"), short) == 3
    assert code(short) == code(log) == await code_at(store, len(log))


async def test_restore_points_are_exact_after_each_compaction(store: Store) -> None:
    log = await typed(store, [200 * DAY - n for n in range(900)], "Ann", "Bob")
    for version in (0, 1, 450, 451, 899):
        await store.name_version(ROOM, Point(version, "good", "Ann", NOW), 99)
    few = replace(KEEP, revisions=2, size=10)

    for now in (NOW - 180 * DAY, NOW, NOW + 1_000 * DAY):
        await compact(store, record(), few, now)

        for version in (0, 1, 450, 451, 899, 900):
            assert await code_at(store, version) == code(log[:version])
    assert [r.version for r in await store.revisions(ROOM, 0, -1)] == [
        1,
        450,
        451,
        899,
        900,
    ]


async def test_a_room_within_its_limits_is_unchanged(store: Store) -> None:
    log = await typed(store, [20 * DAY, 3.0, 2.0, 1.0])

    usage = await compact(store, record(), KEEP, NOW)

    assert usage.revisions == 4
    assert await store.revisions(ROOM, 0, -1) == log


async def test_a_log_over_the_size_limit_is_merged(store: Store) -> None:
    await store.create(record(), "")
    # Whole files, each a fifth of the limit.
    log, length = [], 0
    for number in range(1, 31):
        text = f"{number % 10}" * 20_000
        changes = ChangeSet.replacing(length, [(0, length, text)])
        length = 20_000
        log.append(
            structs.replace(
                revision(number, changes, kind="write"), at=NOW - 100 + number
            )
        )
    log = chain(*log)
    await store.append(ROOM, 0, log)
    keep = replace(KEEP, size=100_000)

    usage = await compact(store, record(), keep, NOW)

    assert usage.size <= 80_000
    short = await store.revisions(ROOM, 0, -1)
    assert len(short) > 1 and short[-1] == log[-1]
    assert await code_at(store, 30) == code(log)


async def test_blame_and_authors_are_the_same_after_a_compaction(store: Store) -> None:
    await typed(store, [200 * DAY - n for n in range(60)], "Ann", "Bob", "Cem")
    room = Room(await store.load(ROOM), store, Limits(), lambda: NOW)
    blames = BlameCache(store)
    _, before, _ = await blames.get(room)

    await compact(store, record(), KEEP, NOW)

    _, after, runs = await BlameCache(store).get(room)
    assert sorted(before) == sorted(after) == ["Ann", "Bob", "Cem"]
    assert [run.source.author for run in runs] == ["Bob, Cem, Ann"]


async def test_cached_blame_inside_a_merged_revision_is_computed_again(
    store: Store,
) -> None:
    log = await typed(store, [200 * DAY - n for n in range(60)])
    early = await store.load(ROOM, 30)
    blames = BlameCache(store)
    await blames.get(Room(early, store, Limits(), lambda: NOW))
    await compact(store, record(), KEEP, NOW)

    room = Room(await store.load(ROOM), store, Limits(), lambda: NOW)
    version, authors, _ = await blames.get(room)

    assert (version, authors) == (len(log), ["Ann"])


async def test_a_damaged_log_is_not_merged(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    await store.create(record(), "")
    log = chain(
        *(
            structs.replace(revision(n, insert(n - 1, 0, "x")), at=NOW - 200 * DAY)
            for n in range(1, 10)
        )
    )
    log[4] = structs.replace(log[4], author="Eve")
    await store.append(ROOM, 0, log)

    with caplog.at_level(logging.ERROR):
        await compact(store, record(), KEEP, NOW)

    assert await store.revisions(ROOM, 0, -1) == log
    assert "is damaged after version 0" in caplog.text
    with pytest.raises(RoomDamaged, match="after version 4"):
        await store.load(ROOM)


async def test_a_long_outline_is_read_in_pages(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compaction, "_PAGE", 7)
    log = await typed(store, [200 * DAY - n for n in range(28)])

    await compact(store, record(), KEEP, NOW)

    (only,) = await store.revisions(ROOM, 0, -1)
    assert (only.first, only.version) == (1, 28)
    assert code([only]) == code(log)


async def test_edits_are_appended_during_a_compaction(store: Store) -> None:
    log = await typed(store, [200 * DAY - n for n in range(1_500)])

    async def append() -> None:
        digest = log[-1].digest
        for n in range(1_501, 1_541):
            more = structs.replace(revision(n, insert(n - 1, 0, "z")), at=NOW).chained(
                digest
            )
            await store.append(ROOM, n - 1, [more])
            log.append(more)
            digest = more.digest

    await asyncio.gather(append(), compact(store, record(), KEEP, NOW))
    await compact(store, record(), KEEP, NOW)

    short = await store.revisions(ROOM, 0, -1)
    assert len(short) == 41
    assert intact(first_digest("epoch"), short) == 41
    assert code(short) == code(log)


async def test_concurrent_compactions_leave_one_intact_log(store: Store) -> None:
    log = await typed(store, [200 * DAY - n for n in range(1_500)], "Ann", "Bob")

    await asyncio.gather(
        compact(store, record(), KEEP, NOW),
        compact(store, record(), KEEP, NOW - 60 * DAY),
        compact(store, record(), replace(KEEP, revisions=10), NOW - 180 * DAY),
    )

    short = await store.revisions(ROOM, 0, -1)
    assert intact(first_digest("epoch"), short) == len(short) < 10
    assert code(short) == code(log)


async def test_logs_of_any_age_keep_their_code_and_restore_points(store: Store) -> None:
    for seed in range(40):
        rng = random.Random(seed)
        room_id = f"{seed:022}"
        count = rng.randint(1, 80)
        await store.create(record(room_id), "")
        at, log = NOW - rng.choice((1e3, 1e6, 1e7)), []
        for n in range(1, count + 1):
            at = min(NOW, at + rng.choice((0.2, 1.0, 50.0, 5_000.0, 500_000.0)))
            kind = rng.choice(("edit", "edit", "edit", "write"))
            change = insert(n - 1, rng.randint(0, n - 1), "x\n"[rng.random() < 0.1])
            who = rng.choice(("Ann", "Bob"))
            unsigned = revision(n, change, kind=kind)  # type: ignore[arg-type]
            log.append(structs.replace(unsigned, at=at, author=who))
        log = chain(*log)
        await store.append(room_id, 0, log)
        points = rng.sample(range(count + 1), min(count, 3))
        for version in points:
            await store.name_version(room_id, Point(version, "p", "Ann", NOW), 9)
        keep = replace(KEEP, revisions=rng.randint(1, 60))

        await compact(store, record(room_id), keep, NOW)

        for version in (*points, count):
            stored = await store.load(room_id, version)
            text = str(replay(Text.of(stored.code), stored.revisions))
            assert (stored.last, text) == (version, code(log[:version])), f"seed {seed}"


class Times:
    """Clocks that the test sets."""

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


async def created(store: Store, letter: str, age: float, count: int = 5) -> str:
    """Create a room with a log of that age in seconds."""
    room_id = letter * 22
    await store.create(record(room_id), "")
    edits = (revision(n, insert(n - 1, 0, "x")) for n in range(1, count + 1))
    log = chain(*(structs.replace(each, at=NOW - age) for each in edits))
    await store.append(room_id, 0, log)
    return room_id


async def lengths(store: Store, *room_ids: str) -> list[int]:
    return [(await store.usage(room_id)).revisions for room_id in room_ids]


async def test_old_logs_of_rooms_that_are_not_open_are_merged(
    hub: Hub,
) -> None:
    rooms = [
        await created(hub.store, "A", 100 * DAY),
        await created(hub.store, "B", DAY),
    ]

    await hub.tidy()

    assert await lengths(hub.store, *rooms) == [1, 5]
    assert len(hub.rooms_in_memory) == 0


async def test_compaction_runs_once_an_hour_and_finds_new_revisions(
    hub: Hub, times: Times
) -> None:
    await hub.tidy()
    room_id = await created(hub.store, "A", 100 * DAY)

    times.seconds = HOUR - 1
    await hub.tidy()
    assert await lengths(hub.store, room_id) == [5]
    times.seconds = HOUR
    await hub.tidy()
    assert await lengths(hub.store, room_id) == [1]


async def test_a_log_that_does_not_grow_is_checked_once_a_day(
    hub: Hub, times: Times
) -> None:
    room_id = await created(hub.store, "A", 30 * DAY - 2 * HOUR)
    await hub.tidy()

    times.seconds = 3 * HOUR
    await hub.tidy()
    assert await lengths(hub.store, room_id) == [5]
    times.seconds = DAY
    await hub.tidy()
    assert await lengths(hub.store, room_id) == [1]


async def test_compaction_is_repeated_after_a_failure_of_the_store(
    hub: Hub, times: Times
) -> None:
    room_id = await created(hub.store, "A", 100 * DAY)
    database = hub.store.file.connection  # type: ignore[attr-defined]
    database.execute("pragma query_only = on")
    await hub.tidy()
    assert await lengths(hub.store, room_id) == [5]

    database.execute("pragma query_only = off")
    times.seconds = HOUR
    await hub.tidy()
    assert await lengths(hub.store, room_id) == [1]


async def test_a_failure_in_one_room_does_not_stop_the_others(
    hub: Hub, times: Times, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms = [await created(hub.store, letter, 100 * DAY) for letter in "ABC"]
    outline, errors = hub.store.outline, [StorageFailure("the disk does not answer")]

    async def failing_outline(room_id: str, after: int, limit: int) -> list[Row]:
        if errors:
            raise errors.pop()
        return await outline(room_id, after, limit)

    monkeypatch.setattr(hub.store, "outline", failing_outline)
    await hub.tidy()
    assert sorted(await lengths(hub.store, *rooms)) == [1, 1, 5]

    times.seconds = HOUR
    await hub.tidy()
    assert await lengths(hub.store, *rooms) == [1, 1, 1]


async def test_the_code_of_each_kept_run_can_still_be_read(store: Store) -> None:
    log = await typed(store, [200 * DAY] * 40)
    codes = {}
    for version in (7, 8, 23):
        code = str(replay(Text.of(""), log[:version]))
        new = replace(run("done"), version=version, digest=digest_of(code))
        codes[(await store.runs.add(ROOM, new, 9, 9)).number] = code

    await compact(store, record(), KEEP, NOW)

    kept = [each.version for each in await store.revisions(ROOM, 0, -1)]
    assert kept == [7, 8, 23, 40]
    for each in await store.runs.runs(ROOM):
        stored = await store.load(ROOM, each.version)
        text = replay(Text.of(stored.code), stored.revisions)
        assert code_of(text, each.part, each.digest) == codes[each.number]

    # The room forgets the runs, and their versions with them.
    await store.runs.add(ROOM, replace(run("done"), version=40), 1, 9)
    await compact(store, record(), KEEP, NOW)
    assert [each.version for each in await store.revisions(ROOM, 0, -1)] == [40]


async def test_beyond_the_limits_only_runs_that_have_not_ended_keep_their_version(
    store: Store,
) -> None:
    await typed(store, [0.0] * 40)
    for each, version in ((run("done"), 7), (run("queued"), 8), (run("refused"), 23)):
        await store.runs.add(ROOM, replace(each, version=version), 9, 9)

    await compact(store, record(), replace(KEEP, revisions=5), NOW)
    kept = [each.version for each in await store.revisions(ROOM, 0, -1)]
    assert {7, 8, 23, 40} <= set(kept)

    await compact(store, record(), replace(KEEP, revisions=2), NOW)
    kept = [each.version for each in await store.revisions(ROOM, 0, -1)]
    assert kept == [8, 40]
