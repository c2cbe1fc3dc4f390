"""Whether the files of a database show that somebody has written to it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from jupyter_pairedit.stores.sqlite import peers as sqlite_peers
from jupyter_pairedit.stores.sqlite.peers import SQLitePeers
from jupyter_pairedit.stores.sqlite.stamps import stamp_of
from jupyter_pairedit.stores.sqlite.store import SQLiteStore
from tests.making import record


@pytest.mark.parametrize("mode", ["wal", "delete"])
def test_a_commit_of_another_connection_changes_the_stamp_and_reading_does_not(
    tmp_path: Path, mode: str
) -> None:
    path = tmp_path / "rooms.db"
    with sqlite3.connect(path, isolation_level=None) as own:
        own.execute(f"pragma journal_mode = {mode}")
        own.execute("create table room (title text)")
        before = stamp_of(path, 0)
        assert own.execute("select * from room").fetchall() == []
        assert stamp_of(path, 0) == before

        with sqlite3.connect(path, isolation_level=None) as other:
            other.execute("insert into room values (?)", ["x" * 5_000])
        assert stamp_of(path, 0) != before
        assert stamp_of(path, 1) != stamp_of(path, 0)
    own.close()
    other.close()


async def test_the_database_is_asked_only_while_its_files_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    version = sqlite_peers._data_version

    def count(connection: sqlite3.Connection) -> int:
        asked.append(version(connection))
        return asked[-1]

    monkeypatch.setattr(sqlite_peers, "_data_version", count)
    store = SQLiteStore(tmp_path / "rooms.db")
    slept = 0

    async def sleep(seconds: float) -> None:
        nonlocal slept
        slept += 1

    peers = SQLitePeers(store.driver, store.file, sleep)

    async def notices(checks: int) -> int:
        """Return how many of the next checks bring a notice."""
        until, found = slept + checks, 0
        while slept < until:
            found += len(await peers.wait(lambda: slept < until))
        return found

    assert await notices(20) == 1
    assert len(asked) == 3

    await store.create(record(), "")
    assert await notices(20) == 0
    assert len(asked) == 6

    # A program without a lock of its own, such as a restore from a backup.
    with sqlite3.connect(tmp_path / "rooms.db", isolation_level=None) as other:
        other.execute("update room set title = 'changed'")
    other.close()
    assert await notices(20) == 1
    assert len(asked) == 9
    await store.close()


async def test_without_a_lock_there_is_no_stamp(
    tmp_path: Path,
) -> None:
    store = SQLiteStore(tmp_path / "rooms.db")
    assert store.file.stamp() is not None

    store.file.lock.release()

    assert store.file.stamp() is None
    await store.close()
