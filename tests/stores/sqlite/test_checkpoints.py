"""Checkpoints beside the commits."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from jupyter_pairedit.stores.sqlite import checkpoints
from jupyter_pairedit.stores.sqlite.checkpoints import Checkpoints, resets_log_safely
from jupyter_pairedit.stores.sqlite.store import SQLiteStore
from tests.making import ROOM, insert, record, revision

GUARD = 30.0
"""Seconds after which a wait fails; no test waits that long to succeed."""


class Observed:
    """Lets a test wait for checkpoints, hold them up, and make them fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.go_on, self.done = (threading.Event() for _ in range(3))
        self.go_on.set()
        self.failures = 0
        make = Checkpoints._checkpoint

        def checkpoint(of: Checkpoints) -> None:
            self.begun.set()
            assert self.go_on.wait(GUARD)
            if self.failures:
                self.failures -= 1
                raise sqlite3.OperationalError("disk I/O error")
            make(of)
            self.done.set()

        monkeypatch.setattr(Checkpoints, "_checkpoint", checkpoint)


@pytest.fixture
def observed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Observed]:
    monkeypatch.setattr(checkpoints, "COMMITS", 3)
    # A race that SQLite's fault needs does not happen in these tests.
    monkeypatch.setattr(checkpoints, "resets_log_safely", lambda version: True)
    observed = Observed(monkeypatch)
    yield observed
    observed.go_on.set()


async def keys(store: SQLiteStore, first: int, last: int) -> None:
    """Append single keys."""
    for version in range(first, last + 1):
        key = insert(version - 1, version - 1, "x")
        await store.append(ROOM, version - 1, [revision(version, key)])


def in_the_database_alone(path: Path) -> int:
    """Return the revisions in the file without its log."""
    copy = path.with_name("copy.db")
    shutil.copy(path, copy)
    with closing(sqlite3.connect(copy)) as db:
        (count,) = db.execute("select count(*) from revision").fetchone()
    return int(count)


def has_log(path: Path) -> bool:
    return Path(f"{path}-wal").exists()


async def test_the_log_is_copied_into_the_database_after_some_commits(
    tmp_path: Path, observed: Observed
) -> None:
    path = tmp_path / "rooms.db"
    store = SQLiteStore(path, durability="disk")
    await store.create(record(), "")
    assert not observed.begun.is_set()

    await keys(store, 1, 2)

    assert observed.done.wait(GUARD)
    assert in_the_database_alone(path) >= 2
    await store.close()


async def test_commits_go_on_during_a_checkpoint(
    tmp_path: Path, observed: Observed
) -> None:
    store = SQLiteStore(tmp_path / "rooms.db", durability="disk")
    observed.go_on.clear()
    await store.create(record(), "")
    await keys(store, 1, 2)
    assert observed.begun.wait(GUARD)

    await keys(store, 3, 20)

    assert not observed.done.is_set()
    assert len(await store.revisions(ROOM, 0, -1)) == 20
    observed.go_on.set()
    await store.close()


async def test_a_checkpoint_that_fails_is_made_later(
    tmp_path: Path, observed: Observed
) -> None:
    observed.failures = 1
    path = tmp_path / "rooms.db"
    store = SQLiteStore(path, durability="disk")
    await store.create(record(), "")
    await keys(store, 1, 2)
    assert observed.begun.wait(GUARD)

    await keys(store, 3, 6)

    assert observed.done.wait(GUARD)
    assert in_the_database_alone(path) >= 2
    await store.close()


async def test_a_log_that_grows_fast_is_copied_before_that(
    tmp_path: Path, observed: Observed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "COMMITS", 1_000)
    monkeypatch.setattr(checkpoints, "GROWTH", 100_000)
    store = SQLiteStore(tmp_path / "rooms.db", durability="disk")
    await store.create(record(), "")

    await store.append(ROOM, 0, [revision(1, insert(0, 0, "x" * 200_000))])

    assert observed.done.wait(GUARD)
    await store.close()


async def test_a_closed_store_leaves_no_log(tmp_path: Path, observed: Observed) -> None:
    path = tmp_path / "rooms.db"
    store = SQLiteStore(path, durability="disk")
    await store.create(record(), "")
    await keys(store, 1, 10)

    await store.close()
    await store.close()

    assert not has_log(path)
    assert in_the_database_alone(path) == 10


def test_without_a_log_there_is_nothing_to_do(tmp_path: Path) -> None:
    path = tmp_path / "rooms.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("pragma journal_mode = delete")
        made = Checkpoints(path, db)
        assert made._thread is None
        made.committed()
        made.close()


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 9), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_sqlite_is_safe_since_the_versions_that_its_documentation_names(
    version: tuple[int, int, int], safe: bool
) -> None:
    assert resets_log_safely(version) is safe


def test_an_older_sqlite_makes_its_own_checkpoints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "resets_log_safely", lambda version: False)
    path = tmp_path / "rooms.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("pragma journal_mode = wal")
        (usual,) = db.execute("pragma wal_autocheckpoint").fetchone()
        made = Checkpoints(path, db)

        assert made._thread is None
        assert db.execute("pragma wal_autocheckpoint").fetchone() == (usual,)
        made.close()
