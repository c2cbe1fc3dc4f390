"""What is SQLite's own: files, trouble, migrations."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import stat
from itertools import count
from pathlib import Path

import pytest
from sqlite_utils import Database

from jupyter_pairedit.core.retention import merge
from jupyter_pairedit.core.revisions import first_digest
from jupyter_pairedit.stores.base import StorageFailure
from jupyter_pairedit.stores.peers import EVERYTHING
from jupyter_pairedit.stores.sqlite import peers as sqlite_peers
from jupyter_pairedit.stores.sqlite.disk import DiskReserve
from jupyter_pairedit.stores.sqlite.store import SQLiteStore
from tests.making import ROOM, chain, insert, record, revision


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "rooms.db"


async def test_folder_and_files_are_their_owners_alone(path: Path) -> None:
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


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o602])
def test_j4_a_file_that_others_can_read_is_refused(path: Path, mode: int) -> None:
    path.parent.mkdir(mode=0o700)
    path.touch()
    path.chmod(mode)

    with pytest.raises(StorageFailure, match=f"found {mode:03o}: chmod 600 .*rooms.db"):
        SQLiteStore(path)


@pytest.mark.parametrize("mode", [0o770, 0o720, 0o702, 0o777])
def test_j4_a_folder_that_others_can_write_to_is_refused(path: Path, mode: int) -> None:
    path.parent.mkdir()
    path.parent.chmod(mode)

    with pytest.raises(StorageFailure, match=f"mode {mode:03o}: chmod go-w .*folder"):
        SQLiteStore(path)


@pytest.mark.parametrize("mode", [0o755, 0o1777])
async def test_j4_a_folder_where_others_only_look_will_do(
    path: Path, mode: int
) -> None:
    path.parent.mkdir()
    path.parent.chmod(mode)

    await SQLiteStore(path).close()


async def test_commits_wait_for_the_disk(path: Path) -> None:
    store = SQLiteStore(path)
    pragmas = {
        name: store.file.database.execute(f"pragma {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys")
    }

    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    await store.close()


async def test_a_locked_database_fails_and_then_works_again(path: Path) -> None:
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


async def test_a_full_disk_fails_and_then_works_again(path: Path) -> None:
    store = SQLiteStore(path)
    await store.create(record(), "")
    pages = store.file.database.execute("pragma page_count").fetchone()[0]
    store.file.database.execute(f"pragma max_page_count = {pages}")
    large = revision(1, insert(0, 0, "x" * 100_000))

    with pytest.raises(StorageFailure, match="the disk is full"):
        await store.append(ROOM, 0, [large])
    assert await store.revisions(ROOM, 0, -1) == []

    store.file.database.execute("pragma max_page_count = 1000000")
    await store.append(ROOM, 0, [large])
    assert await store.revisions(ROOM, 0, -1) == [large]
    await store.close()


def test_a_file_that_is_no_database_is_left_alone(path: Path) -> None:
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
async def test_a_damaged_schema_is_said_to_be_that(
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


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StorageFailure, match=r"cannot open .*file/rooms.db"):
        SQLiteStore(tmp_path / "file" / "rooms.db")


async def test_a_database_of_a_newer_version_is_refused(path: Path) -> None:
    store = SQLiteStore(path)
    store.file.database["_sqlite_migrations"].insert(  # type: ignore[union-attr]
        {"migration_set": "jupyter_pairedit", "name": "time_travel", "applied_at": ""}
    )
    await store.close()

    with pytest.raises(StorageFailure, match=r"newer jupyter_pairedit .*time_travel"):
        SQLiteStore(path)


async def test_on_a_network_disk_it_does_without_the_write_ahead_log(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(
        "jupyter_pairedit.stores.sqlite.file.is_on_network", lambda _: True
    )

    with caplog.at_level(logging.WARNING):
        store = SQLiteStore(path)
    await store.create(record(), "kept")

    assert (await store.load(ROOM)).code == "kept"
    assert "not on a local disk" in caplog.text
    await store.close()


async def test_a_store_that_was_closed_says_so(path: Path) -> None:
    store = SQLiteStore(path)
    await store.close()

    with pytest.raises(StorageFailure, match="closed"):
        await store.rooms()


async def test_a_disk_that_is_nearly_full_takes_no_edits_until_there_is_space(
    path: Path,
) -> None:
    free = 200
    store = SQLiteStore(path, reserve=100)
    store.file.reserve = DiskReserve(
        path.parent, 100, free=lambda _: free, clock=count().__next__
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
    # What makes the database smaller goes on.
    await store.compact(ROOM, [merge(first_digest("epoch"), log[:2])])

    free = 100
    await store.append(ROOM, 2, log[2:])
    assert (await store.load(ROOM)).last == 3
    free = 0
    await store.delete(ROOM)
    await store.close()


async def test_only_what_another_server_writes_is_news(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_peers, "_LOOK", 0.0)
    store, other = SQLiteStore(path), SQLiteStore(path)
    await store.neighbours.wait()  # for all that was before
    looks = _count_looks(monkeypatch)

    await store.create(record(), "")
    looking = asyncio.ensure_future(store.neighbours.wait())
    for _ in range(3):
        await store.file.write(lambda db: db.execute("select 1"))
        await looks.get()
    assert not looking.done()

    await other.append(ROOM, 0, [revision(1, insert(0, 0, "x"))])
    assert await looking == [EVERYTHING]
    await store.close()
    await other.close()


def _count_looks(monkeypatch: pytest.MonkeyPatch) -> asyncio.Queue[int]:
    """Give a queue that has what each look from now on finds."""
    looks: asyncio.Queue[int] = asyncio.Queue()
    loop, version = asyncio.get_running_loop(), sqlite_peers._version

    def look(db: Database) -> int:
        found = version(db)
        loop.call_soon_threadsafe(looks.put_nowait, found)
        return found

    monkeypatch.setattr(sqlite_peers, "_version", look)
    return looks
