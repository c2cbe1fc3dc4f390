"""How long the write-ahead log stays after it was long."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from jupyter_pairedit.stores.base import Durability
from jupyter_pairedit.stores.sqlite import database, logsync
from jupyter_pairedit.stores.sqlite.checkpoints import GROWTH, Due
from jupyter_pairedit.stores.sqlite.store import SQLiteStore
from tests.making import ROOM, chain, insert, record, revision

from .power import Disk

LIMIT = 256 * 1024
LARGE = 4 * LIMIT

FIRST, SECOND, THIRD = chain(
    revision(1, insert(0, 0, "x" * LARGE)),
    revision(2, insert(LARGE, 0, "y")),
    revision(3, insert(LARGE + 1, 0, "z")),
)


@pytest.fixture(autouse=True)
def _limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "LOG_LIMIT", LIMIT)


def checkpoint(path: Path) -> None:
    """Copy the whole log into the database, so that the next commit begins it again."""
    with closing(sqlite3.connect(path)) as other:
        busy, size, copied = other.execute("pragma wal_checkpoint(passive)").fetchone()
    assert not busy and size == copied > 0


@pytest.mark.parametrize("durability", ["process", "disk"])
async def test_a_log_that_was_long_is_cut_when_it_begins_again(
    tmp_path: Path, durability: Durability
) -> None:
    path = tmp_path / "rooms.db"
    log = logsync.log_of(path)
    store = SQLiteStore(path, durability=durability)
    await store.create(record(), "")
    await store.append(ROOM, 0, [FIRST])
    long = log.stat()
    assert long.st_size > LARGE
    checkpoint(path)

    await store.append(ROOM, 1, [SECOND])
    await store.synced()

    short = log.stat()
    assert short.st_size == LIMIT
    # What syncs the log has this file open.
    assert (short.st_ino, short.st_nlink) == (long.st_ino, 1)
    assert await store.revisions(ROOM, 0, -1) == [FIRST, SECOND]
    await store.close()


async def test_the_cut_takes_nothing_that_a_sync_has_covered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(tmp_path, monkeypatch)
    store = disk.open()
    await store.create(record(), "")
    await store.append(ROOM, 0, [FIRST])
    await store.append(ROOM, 1, [SECOND])
    await store.synced()
    checkpoint(store.file.path)
    await store.append(ROOM, 2, [THIRD])
    assert disk.log.stat().st_size == LIMIT

    # Of the new log nothing is synced: all of it may be lost.
    disk.synced = 0
    after = disk.open(disk.cut(0))

    assert await after.revisions(ROOM, 0, -1) == [FIRST, SECOND]
    await after.close()
    await store.close()


def test_growth_counts_from_where_the_log_was_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = iter([10 * GROWTH, 2 * GROWTH, 3 * GROWTH, 3 * GROWTH])
    monkeypatch.setattr(Due, "_log_size", lambda _: next(sizes))
    due = Due(tmp_path / "rooms.db")

    # The first one has what a killed server has left.
    assert [due.committed() for _ in range(4)] == [True, False, True, False]
