"""A server that stops, or starts, after a sync of its log has failed."""

from __future__ import annotations

import asyncio
import errno
import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from jupyter_pairedit.stores.errors import StorageFailure
from jupyter_pairedit.stores.records import Point
from jupyter_pairedit.stores.sqlite import checkpoints, logsync
from jupyter_pairedit.stores.sqlite.store import SQLiteStore
from tests.making import ROOM, chain, insert, record, revision

from .power import Disk

FIRST, SECOND = chain(
    revision(1, insert(0, 0, "x")), revision(2, insert(1, 1, "y"), "bob")
)
DROPPED, KEPT = "dropped", "kept"


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(tmp_path, monkeypatch)


async def saved_and_seen(disk: Disk) -> SQLiteStore:
    """Return a store with a version that is on the disk, and one that is not."""
    store = disk.open()
    await store.create(record(), "")
    await store.append(ROOM, 0, [FIRST])
    await store.synced()
    await store.append(ROOM, 1, [SECOND])
    return store


def failing(disk: Disk, pages: str = KEPT) -> Callable[[int], None]:
    """Return a sync that fails; the system drops what it could not write, or not."""

    def sync(_: int) -> None:
        if pages == DROPPED:
            with disk.log.open("r+b") as log:
                log.seek(disk.synced)
                log.write(bytes(disk.log.stat().st_size - disk.synced))
        raise OSError(errno.EIO, "Input/output error")

    return sync


async def is_intact(path: Path) -> list[int]:
    """Start again, check the database and the epoch; return the room's versions."""
    store = SQLiteStore(path)
    loaded = await store.load(ROOM)
    assert loaded.record.epoch.startswith("epoch.")
    # Once is enough.
    await store.close()
    again = SQLiteStore(path)
    assert (await again.load(ROOM)).record.epoch == loaded.record.epoch
    await again.close()
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("pragma quick_check(1)").fetchone() == ("ok",)
    return [each.version for each in loaded.revisions]


@pytest.mark.parametrize(
    ("pages", "versions"), [(DROPPED, [1]), (KEPT, [1, 2])], ids=[DROPPED, KEPT]
)
async def test_a_stop_after_a_failed_sync_copies_nothing_that_was_dropped(
    disk: Disk, monkeypatch: pytest.MonkeyPatch, pages: str, versions: list[int]
) -> None:
    store = await saved_and_seen(disk)
    with monkeypatch.context() as patch:
        patch.setattr(logsync, "sync_file", failing(disk, pages))
        with pytest.raises(StorageFailure):
            await store.synced()

    await store.close()
    await store.close()

    assert await is_intact(store.file.path) == versions


async def test_a_kill_after_a_failed_sync_changes_the_epoch_as_well(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await saved_and_seen(disk)
    with monkeypatch.context() as patch:
        patch.setattr(logsync, "sync_file", failing(disk, DROPPED))
        with pytest.raises(StorageFailure):
            await store.synced()
    path = disk.cut(disk.log.stat().st_size)
    (store.file.path.parent / "rooms.db-unsynced").rename(
        path.parent / "rooms.db-unsynced"
    )

    assert await is_intact(path) == [1]
    await store.close()


async def test_a_sync_that_fails_during_the_stop_changes_the_epoch(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await saved_and_seen(disk)
    began, go = threading.Event(), threading.Event()
    fail = failing(disk, DROPPED)

    def sync(descriptor: int) -> None:
        # The system reports an error once.
        if began.is_set():
            return
        began.set()
        go.wait()
        fail(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(logsync, "sync_file", sync)
        under_way = asyncio.ensure_future(store.synced())
        await asyncio.to_thread(began.wait)
        finish = logsync.LogSync.finish

        def let_go(log: logsync.LogSync) -> None:
            go.set()
            finish(log)

        patch.setattr(logsync.LogSync, "finish", let_go)
        await store.close()

    with pytest.raises(StorageFailure, match="not confirmed"):
        await under_way
    assert await is_intact(store.file.path) == [1]


@pytest.mark.parametrize(
    ("pages", "versions"), [(DROPPED, [1]), (KEPT, [1, 2])], ids=[DROPPED, KEPT]
)
async def test_the_last_sync_of_a_stop_may_fail(
    disk: Disk, monkeypatch: pytest.MonkeyPatch, pages: str, versions: list[int]
) -> None:
    store = await saved_and_seen(disk)

    with monkeypatch.context() as patch:
        patch.setattr(logsync, "sync_file", failing(disk, pages))
        await store.close()

    assert await is_intact(store.file.path) == versions


async def test_a_stop_while_the_disk_goes_on_failing_changes_the_epoch(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await saved_and_seen(disk)
    path = store.file.path
    with monkeypatch.context() as patch:
        patch.setattr(logsync, "sync_file", failing(disk))
        for attempt in (store.synced, store.rooms):
            with pytest.raises(StorageFailure):
                await attempt()
        await store.close()
        # A start fails as well, and copies nothing either.
        patch.setattr(logsync, "sync_file", failing(disk, DROPPED))
        disk.synced = disk.log.stat().st_size
        with pytest.raises(StorageFailure, match="not confirmed"):
            SQLiteStore(path)

    assert await is_intact(path) == [1, 2]


async def test_a_stop_reports_no_error_when_the_file_cannot_be_opened(
    disk: Disk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store = await saved_and_seen(disk)
    disk.error = OSError(errno.EIO, "Input/output error")
    with pytest.raises(StorageFailure):
        await store.synced()

    def none(*_: Any, **__: Any) -> None:
        raise sqlite3.OperationalError("unable to open database file")

    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", none)
        await store.close()

    assert "stays open until the process ends: unable to open" in caplog.text
    assert not list(store.file.path.parent.glob("rooms.db-server-*"))
    await store.close()
    assert await is_intact(store.file.path) == [1, 2]


class Failing:
    """A connection on which each checkpoint fails with an error of SQLite."""

    def __init__(self, connection: sqlite3.Connection, code: int) -> None:
        self._connection = connection
        self._code = code

    def execute(self, sql: str, *args: Any) -> sqlite3.Cursor:
        if "checkpoint" in sql:
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = self._code
            raise error
        return self._connection.execute(sql, *args)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


@pytest.mark.parametrize(
    ("code", "ends"),
    [(sqlite3.SQLITE_IOERR_FSYNC, True), (sqlite3.SQLITE_FULL, False)],
    ids=["sync", "full"],
)
async def test_a_sync_that_fails_in_a_checkpoint_is_a_failed_sync(
    disk: Disk, monkeypatch: pytest.MonkeyPatch, code: int, ends: bool
) -> None:
    store = await saved_and_seen(disk)
    monkeypatch.setattr(checkpoints, "COMMITS", 1)
    before = store.file._database
    real = before.writing
    before.writing = Failing(real, code)  # type: ignore[assignment]
    more = revision(3, insert(2, 0, "z")).chained(SECOND.digest)

    # It is committed, and nobody knows whether it is on the disk.
    await store.append(ROOM, 2, [more])

    assert logsync.has_failed(store.file.path) is ends
    if ends:
        with pytest.raises(StorageFailure, match="has not confirmed"):
            await store.synced()
    else:
        await store.synced()
    assert [each.version for each in await store.revisions(ROOM, 0, -1)] == [1, 2, 3]
    assert (store.file._database is not before) is ends
    before.writing = real
    await store.close()


async def test_sqlite_makes_no_checkpoint_within_a_commit(tmp_path: Path) -> None:
    """It would not tell of a sync that has failed in it."""
    store = SQLiteStore(tmp_path / "rooms.db")

    pages = store.file.connection.execute("pragma wal_autocheckpoint").fetchone()

    assert pages == (0,)
    await store.close()


async def test_a_log_that_killed_servers_have_left_is_copied(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await saved_and_seen(disk)
    left = disk.log.stat().st_size
    path = disk.cut(left)
    monkeypatch.setattr(checkpoints, "GROWTH", left)
    again = SQLiteStore(path)
    loaded = await again.load(ROOM)
    more = revision(3, insert(2, 0, "z")).chained(SECOND.digest)

    await again.append(ROOM, 2, [more], loaded.record.epoch)
    size = logsync.log_of(path).stat().st_size
    await again.name_version(ROOM, Point(3, "named", "Ann", 0.0), 3)

    assert logsync.log_of(path).stat().st_size == size, "it has begun again"
    await again.close()
    await store.close()


async def test_a_log_that_was_read_anew_leaves_no_mark(
    disk: Disk,
) -> None:
    store = await saved_and_seen(disk)
    disk.error = OSError(errno.EIO, "Input/output error")
    with pytest.raises(StorageFailure):
        await store.synced()
    assert logsync.has_failed(store.file.path)

    epoch = (await store.load(ROOM)).record.epoch
    await store.close()

    assert os.listdir(store.file.path.parent) == ["rooms.db"]
    again = SQLiteStore(store.file.path)
    assert (await again.load(ROOM)).record.epoch == epoch
    await again.close()
