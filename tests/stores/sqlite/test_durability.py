"""What SQLite has synced when, and what follows from a sync that fails."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from jupyter_pairedit.stores.base import Durability
from jupyter_pairedit.stores.errors import EpochChanged, RoomNotFound, StorageFailure
from jupyter_pairedit.stores.sqlite import checkpoints, database, logsync
from jupyter_pairedit.stores.sqlite.store import SQLiteStore
from tests.making import ROOM, chain, insert, record, revision

from .power import Disk

FIRST, SECOND = chain(
    revision(1, insert(0, 0, "x")), revision(2, insert(1, 1, "y"), "bob")
)


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(tmp_path, monkeypatch)


@pytest.mark.parametrize(("durability", "level"), [("process", 1), ("disk", 2)])
async def test_the_setting_decides_whether_commits_wait_for_the_disk(
    tmp_path: Path, durability: Durability, level: int
) -> None:
    store = SQLiteStore(tmp_path / "rooms.db", durability=durability)
    pragmas = {
        name: store.file.connection.execute(f"pragma {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys")
    }

    assert pragmas == {"journal_mode": "wal", "synchronous": level, "foreign_keys": 1}
    assert store.durability == durability
    await store.close()


async def test_without_a_write_ahead_log_commits_wait_for_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(database, "is_local", lambda _: False)
    with caplog.at_level(logging.WARNING):
        store = SQLiteStore(tmp_path / "rooms.db")

    level = store.file.connection.execute("pragma synchronous").fetchone()[0]
    assert (store.durability, level) == ("disk", 2)
    assert "nobody sees a change before it is on the disk" in caplog.text
    await store.synced()
    await store.close()


async def test_an_append_returns_before_the_sync_and_the_sync_covers_it(
    disk: Disk,
) -> None:
    store = disk.open()
    await store.create(record(), "")
    before = disk.synced

    await store.append(ROOM, 0, [FIRST])
    committed, synced = disk.log.stat().st_size, disk.synced
    await store.synced()

    assert before == synced < committed == disk.synced
    await store.close()


async def test_one_sync_covers_all_that_wait_and_none_that_come_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SQLiteStore(tmp_path / "rooms.db")
    began, go, syncs = threading.Event(), threading.Event(), 0

    def sync(_: int) -> None:
        nonlocal syncs
        syncs += 1
        began.set()
        go.wait()

    monkeypatch.setattr(logsync, "sync_file", sync)
    first = asyncio.ensure_future(store.synced())
    await asyncio.to_thread(began.wait)
    others = [asyncio.ensure_future(store.synced()) for _ in range(10)]
    await asyncio.sleep(0)
    go.set()
    await asyncio.gather(first, *others)

    assert syncs == 2
    await store.close()


async def test_an_error_that_answers_what_was_just_written_waits_for_the_sync(
    disk: Disk,
) -> None:
    store = disk.open()
    await store.create(record(), "")
    await store.append(ROOM, 0, [FIRST])

    with pytest.raises(RoomNotFound):
        await store.delete("N" * 22, 2_000.0)

    assert disk.synced == disk.log.stat().st_size
    await store.close()


async def test_a_failed_sync_is_not_tried_again_and_the_log_is_read_anew(
    disk: Disk,
) -> None:
    store = disk.open()
    await store.create(record(), "")
    await store.append(ROOM, 0, [FIRST])
    before = store.file._database
    disk.error = OSError(errno.EIO, "Input/output error")

    with pytest.raises(StorageFailure, match="has not confirmed what was written"):
        await store.synced()
    # The system would report success now.
    with pytest.raises(StorageFailure, match="has not confirmed what was written"):
        await store.synced()
    loaded = await store.load(ROOM)

    assert store.file._database is not before
    assert loaded.record.epoch.startswith("epoch.")
    assert [each.version for each in loaded.revisions] == [1]
    # All of it is in the database: the log has begun anew, after the gap.
    assert disk.synced == disk.log.stat().st_size
    with pytest.raises(EpochChanged):
        await store.append(ROOM, 1, [SECOND], "epoch")
    await store.append(ROOM, 1, [SECOND], loaded.record.epoch)
    await store.synced()
    await store.close()


async def test_a_store_goes_on_failing_until_the_disk_works(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = disk.open()
    await store.create(record(), "")

    def broken(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(logsync, "sync_file", broken)
        for attempt in (store.synced, store.rooms, store.rooms):
            with pytest.raises(StorageFailure):
                await attempt()

    assert [each.record.room_id for each in await store.rooms()] == [ROOM]
    await store.close()


async def test_a_log_that_was_deleted_is_a_failed_sync(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "rooms.db")
    await store.create(record(), "")
    logsync.log_of(store.file.path).unlink()

    with pytest.raises(StorageFailure, match="was deleted"):
        await store.synced()
    store.file._database.discard()


async def test_checkpoints_while_others_write_and_sync_lose_nothing(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = disk.open()
    monkeypatch.setattr(checkpoints, "COMMITS", 2)
    await store.create(record(), "")
    log = chain(*(revision(n, insert(n - 1, 0, "x")) for n in range(1, 101)))

    for each in log:
        await store.append(ROOM, each.version - 1, [each])
        if each.version % 7 == 0:
            await store.synced()

    assert await store.revisions(ROOM, 0, -1) == log
    assert disk.log.stat().st_size < 100 * 4096, "it has begun again and again"
    await store.close()


def _opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record the paths of all files that are opened, but for those SQLite opens."""
    paths: list[str] = []
    real = os.open

    def recorded(path: Any, *args: Any, **kwargs: Any) -> int:
        paths.append(os.path.basename(os.fspath(path)))
        return real(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", recorded)
    return paths


async def test_only_sqlite_opens_the_database_and_its_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await SQLiteStore(tmp_path / "rooms.db").close()
    paths = _opened(monkeypatch)

    store = SQLiteStore(tmp_path / "rooms.db")
    await store.create(record(), "")
    await store.append(ROOM, 0, [FIRST])
    await store.synced()
    await store.close()

    assert "rooms.db-wal" in paths
    assert not {"rooms.db", "rooms.db-shm"} & set(paths)


async def test_the_folders_of_new_files_are_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = os.fsync

    def recorded(descriptor: int) -> None:
        synced.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", recorded)
    path = tmp_path / "new" / "folder" / "rooms.db"
    store = SQLiteStore(path)

    assert set(synced) >= {str(each) for each in (tmp_path, *list(path.parents)[:2])}
    await store.close()


async def test_waiting_for_a_sync_ends_with_the_store(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "rooms.db")
    await store.close()

    with pytest.raises(StorageFailure, match="closed"):
        await store.synced()
