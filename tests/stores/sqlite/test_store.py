"""Files, failures and migrations of SQLite, and how operations run on it."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import sqlite3
import stat
from itertools import count
from pathlib import Path

import pytest

from jupyter_pairedit.core.retention import merge
from jupyter_pairedit.core.revisions import first_digest
from jupyter_pairedit.stores.errors import StorageFailure
from jupyter_pairedit.stores.peers import EVERYTHING
from jupyter_pairedit.stores.sql.operation import (
    All,
    Compute,
    Many,
    Notify,
    One,
    Operation,
    Run,
)
from jupyter_pairedit.stores.sqlite import peers as sqlite_peers
from jupyter_pairedit.stores.sqlite.disk import DiskReserve
from jupyter_pairedit.stores.sqlite.store import SQLiteStore, run
from tests.making import ROOM, chain, insert, record, revision


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "rooms.db"


async def test_only_the_owner_can_access_folder_and_files(path: Path) -> None:
    before = os.umask(0o022)
    try:
        store = SQLiteStore(path)
        await store.create(record(), "")
    finally:
        os.umask(before)

    modes = {
        each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()
    }
    assert modes and set(modes.values()) == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    await store.close()


async def test_a_locked_database_fails_until_it_is_unlocked(path: Path) -> None:
    store = SQLiteStore(path, wait=0.01)
    await store.create(record(), "")
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("begin immediate")
        with pytest.raises(StorageFailure, match="another program has locked"):
            await store.append(ROOM, 0, [revision(1, insert(0, 0, "x"))])
        assert (await store.load(ROOM)).code == ""
        other.execute("rollback")
    other.close()

    await store.append(ROOM, 0, [revision(1, insert(0, 0, "x"))])
    assert len(await store.revisions(ROOM, 0, -1)) == 1
    await store.close()


async def test_a_full_disk_fails_until_there_is_space(path: Path) -> None:
    store = SQLiteStore(path)
    await store.create(record(), "")
    pages = store.file.connection.execute("pragma page_count").fetchone()[0]
    store.file.connection.execute(f"pragma max_page_count = {pages}")
    large = revision(1, insert(0, 0, "x" * 100_000))

    with pytest.raises(StorageFailure, match="the disk is full"):
        await store.append(ROOM, 0, [large])
    assert await store.revisions(ROOM, 0, -1) == []

    store.file.connection.execute("pragma max_page_count = 1000000")
    await store.append(ROOM, 0, [large])
    assert await store.revisions(ROOM, 0, -1) == [large]
    await store.close()


def test_a_file_of_another_format_is_not_changed(path: Path) -> None:
    path.parent.mkdir()
    path.touch(0o600)
    path.write_bytes(b"my thesis, chapter one " * 100)

    with pytest.raises(StorageFailure, match="not a database"):
        SQLiteStore(path)

    assert path.read_bytes() == b"my thesis, chapter one " * 100


def _replace(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new))


@pytest.mark.parametrize(
    ("column", "damaged"),
    [
        (b"applied_at", b"applied_xt"),
        (b'"name"', b'"n\xf5me"'),
        (b"epoch text", b"epxch text"),
        (b"epoch text", b"ep\xf5ch text"),
    ],
)
async def test_a_damaged_schema_is_reported(
    path: Path, column: bytes, damaged: bytes
) -> None:
    store = SQLiteStore(path)
    await store.create(record(), "")
    await store.close()
    _replace(path, column, damaged)

    with pytest.raises(StorageFailure, match="is damaged"):
        store = SQLiteStore(path)
        try:
            await store.load(ROOM)
        finally:
            await store.close()


def test_a_folder_that_cannot_be_created_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StorageFailure, match=r"cannot open .*file/rooms.db"):
        SQLiteStore(tmp_path / "file" / "rooms.db")


async def test_a_database_of_a_newer_version_is_refused(path: Path) -> None:
    store = SQLiteStore(path)
    store.file.connection.execute(
        "insert into _sqlite_migrations (migration_set, name, applied_at)"
        " values ('jupyter_pairedit', 'time_travel', '')"
    )
    await store.close()

    with pytest.raises(StorageFailure, match=r"newer jupyter_pairedit .*time_travel"):
        SQLiteStore(path)


async def test_on_a_network_disk_the_journal_is_not_a_write_ahead_log(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(
        "jupyter_pairedit.stores.sqlite.database.is_local", lambda _: False
    )

    with caplog.at_level(logging.WARNING):
        store = SQLiteStore(path)
    await store.create(record(), "kept")

    assert (await store.load(ROOM)).code == "kept"
    assert "not on a disk that is known to be local" in caplog.text
    await store.close()


async def test_operations_of_a_closed_store_raise(path: Path) -> None:
    store = SQLiteStore(path)
    await store.close()

    with pytest.raises(StorageFailure, match="closed"):
        await store.rooms()


async def test_a_nearly_full_disk_refuses_writes_that_grow_the_file(
    path: Path,
) -> None:
    free = 200
    store = SQLiteStore(path, reserve=100)
    store.file.reserve = DiskReserve(
        path.parent, 100, usage=lambda _: (10_000, free), clock=count().__next__
    )
    await store.create(record(), "kept")
    log = chain(*(revision(n, insert(n + 3, 0, "x")) for n in range(1, 4)))
    await store.append(ROOM, 0, log[:2])

    free = 99
    for writing in (
        store.append(ROOM, 2, log[2:]),
        store.snapshot(ROOM, 1, log[0].digest, "xkept"),
        store.create(record("S" * 22), ""),
    ):
        with pytest.raises(StorageFailure, match="the disk is nearly full"):
            await writing
    assert (await store.load(ROOM)).last == 2
    # Compaction frees space and is not refused.
    await store.compact(ROOM, [merge(first_digest("epoch"), log[:2])])

    free = 100
    await store.append(ROOM, 2, log[2:])
    assert (await store.load(ROOM)).last == 3
    free = 0
    await store.delete(ROOM, 2_000.0)
    await store.close()


async def test_a_used_up_quota_is_named_and_writing_works_again_afterwards(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: sqlite3.Connection) -> None:
        # What SQLite makes of EDQUOT.
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_WRITE
        raise error

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.EDQUOT, "Disk quota exceeded")

    store = SQLiteStore(path)
    with pytest.raises(StorageFailure, match="the disk does not answer"):
        await store.file.write(refuse)
    with monkeypatch.context() as patch:
        patch.setattr("jupyter_pairedit.stores.sqlite.disk.os.fsync", full)
        with pytest.raises(StorageFailure, match="the disk quota of this user is used"):
            await store.file.write(refuse)

    await store.create(record(), "kept")
    await store.close()


async def test_only_commits_of_another_server_are_notices(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_peers, "_INTERVAL", 0.0)
    store, other = SQLiteStore(path), SQLiteStore(path)
    await store.peers.wait()  # for everything before
    checks = _count_checks(monkeypatch)

    await store.create(record(), "")
    waiting = asyncio.ensure_future(store.peers.wait())
    for version in range(3):
        await store.append(
            ROOM, version, [revision(version + 1, insert(version, 0, "x"))]
        )
        await checks.get()
    assert not waiting.done()

    await other.append(ROOM, 3, [revision(4, insert(3, 0, "x"))])
    assert await waiting == [EVERYTHING]
    await store.close()
    await other.close()


def _count_checks(monkeypatch: pytest.MonkeyPatch) -> asyncio.Queue[int]:
    """Return a queue of the results of all further checks."""
    checks: asyncio.Queue[int] = asyncio.Queue()
    loop, version = asyncio.get_running_loop(), sqlite_peers._data_version

    def check(connection: sqlite3.Connection) -> int:
        found = version(connection)
        loop.call_soon_threadsafe(checks.put_nowait, found)
        return found

    monkeypatch.setattr(sqlite_peers, "_data_version", check)
    return checks


def test_each_step_returns_its_result_to_the_operation() -> None:
    def operation() -> Operation[list[object]]:
        results = [
            (yield Run("create table t (a, b)")),
            (yield Many("insert into t values ($2, $1)", [(1, 2), (3, 4)])),
            (yield Run("update t set a = a + $1", 1)),
            (yield One("select * from t where b = $1", 1)),
            (yield One("select * from t where b = $1", 9)),
            (yield All("select * from t order by b")),
            (yield Notify("room", "R" * 22)),
            (yield Compute(lambda: "computed")),
        ]
        return results[1:]

    assert run(sqlite3.connect(":memory:"), operation()) == [
        None,
        2,
        (3, 1),
        None,
        [(3, 1), (5, 3)],
        None,
        "computed",
    ]
