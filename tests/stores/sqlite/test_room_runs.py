"""Runs of rooms in SQLite: what survives, and what follows from a failure."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from jupyter_pairedit.core.outputs import Output
from jupyter_pairedit.stores.errors import StorageFailure
from jupyter_pairedit.stores.runs import RunNews
from jupyter_pairedit.stores.sqlite.disk import DiskReserve
from jupyter_pairedit.stores.sqlite.store import SQLiteStore
from tests.making import ROOM, record, run

from .power import Disk

TEXT = Output(0, "stdout", "x\n")


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(tmp_path, monkeypatch)


async def test_a_new_run_waits_for_the_disk_and_its_outputs_do_not(disk: Disk) -> None:
    store = disk.open()
    await store.create(record(), "")

    new = await store.runs.add(ROOM, run("running"), 9, 9)
    added, synced = disk.log.stat().st_size, disk.synced
    disk.holds = True
    await store.runs.change(ROOM, new, [TEXT])

    assert added == synced == disk.synced < disk.log.stat().st_size
    # The process ends: its commits are there. The power is lost: the run is.
    with closing(sqlite3.connect(disk.store.file.path)) as other:
        (count,) = other.execute("select count(*) from room_output").fetchone()
    again = SQLiteStore(disk.cut())
    assert count == 1
    assert await again.runs.news(ROOM, 0) == RunNews(1, [new], [])
    await again.close()
    await store.close()


async def test_a_run_whose_sync_fails_is_reported_as_failed(disk: Disk) -> None:
    store = disk.open()
    await store.create(record(), "")
    disk.error = OSError(errno.EIO, "Input/output error")

    with pytest.raises(StorageFailure, match="has not confirmed what was written"):
        await store.runs.add(ROOM, run("running"), 9, 9)

    assert (await store.runs.add(ROOM, run("queued"), 9, 9)).number == 2
    await store.close()


async def test_a_locked_database_changes_nothing(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "rooms.db", wait=0.01)
    await store.create(record(), "")
    new = await store.runs.add(ROOM, run("running"), 9, 9)
    done = new.moved("done", 1_001.0)
    with closing(sqlite3.connect(store.file.path, isolation_level=None)) as other:
        other.execute("begin immediate")
        with pytest.raises(StorageFailure, match="another program has locked"):
            await store.runs.change(ROOM, done, [TEXT])
        with pytest.raises(StorageFailure, match="another program has locked"):
            await store.runs.add(ROOM, run("asked"), 9, 9)
        assert await store.runs.news(ROOM, 0) == RunNews(1, [new], [])
        other.execute("rollback")

    await store.runs.change(ROOM, done, [TEXT])
    assert await store.runs.news(ROOM, 0) == RunNews(2, [done], [(1, TEXT)])
    await store.close()


async def test_outputs_are_refused_when_the_disk_is_nearly_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SQLiteStore(tmp_path / "rooms.db")
    await store.create(record(), "")
    new = await store.runs.add(ROOM, run("running"), 9, 9)

    def full(_: DiskReserve) -> None:
        raise StorageFailure("the disk is nearly full")

    monkeypatch.setattr(DiskReserve, "check", full)
    with pytest.raises(StorageFailure, match="nearly full"):
        await store.runs.change(ROOM, new, [TEXT])
    with pytest.raises(StorageFailure, match="nearly full"):
        await store.runs.add(ROOM, run("asked"), 9, 9)

    assert await store.runs.news(ROOM, 0) == RunNews(1, [new], [])
    await store.close()


async def test_an_output_that_fails_leaves_nothing_of_its_change(
    tmp_path: Path,
) -> None:
    store = SQLiteStore(tmp_path / "rooms.db")
    await store.create(record(), "")
    new = await store.runs.add(ROOM, run("running"), 9, 9)
    store.file.connection.execute(
        "create trigger fail before insert on room_output when new.number = 1"
        " begin select raise(abort, 'no'); end"
    )

    with pytest.raises(StorageFailure):
        await store.runs.change(
            ROOM, new.moved("done", 1_001.0), [TEXT, Output(1, "stdout", "y")]
        )

    assert await store.runs.news(ROOM, 0) == RunNews(1, [new], [])
    await store.close()
