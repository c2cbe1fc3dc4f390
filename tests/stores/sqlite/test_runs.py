"""Which runs of servers may have lost the end of a log."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from jupyter_pairedit.core.revisions import first_digest, origin_of
from jupyter_pairedit.stores.sqlite.runs import begin_run, boot_id, end_run
from jupyter_pairedit.stores.sqlite.schema import migrate


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    """A database with one room."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection)
    connection.execute(
        "insert into room (id, epoch, secret, title, language, people, author,"
        " created_at, settings, changes)"
        " values ('R', 'epoch', 's', '', 'python', 2, 'Ann', 0.0, '{}', 0)"
    )
    yield connection
    connection.close()


def begin(db: sqlite3.Connection, server: str, boot: str, *alive: str) -> bool:
    """Begin a run while ``server`` and others are alive."""
    return begin_run(db, lambda: [server, *alive], server, boot)


def epoch(db: sqlite3.Connection) -> str:
    (found,) = db.execute("select epoch from room").fetchone()
    assert isinstance(found, str)
    return found


def servers(db: sqlite3.Connection) -> list[str]:
    return [row[0] for row in db.execute("select server from run order by server")]


def test_a_run_that_ended_well_changes_no_epoch(db: sqlite3.Connection) -> None:
    begin(db, "a", "first")
    end_run(db, lambda: ["a"], "a")

    assert not begin(db, "b", "second")
    assert epoch(db) == "epoch"
    assert servers(db) == ["b"]


def test_a_killed_process_changes_no_epoch(db: sqlite3.Connection) -> None:
    begin(db, "a", "first")

    assert not begin(db, "b", "first")
    assert epoch(db) == "epoch"
    assert servers(db) == ["b"]


def test_a_killed_process_before_another_start_of_the_machine_changes_epochs(
    db: sqlite3.Connection,
) -> None:
    begin(db, "a", "first")

    assert begin(db, "b", "second")
    changed = epoch(db)
    assert begin(db, "c", "third")

    assert origin_of(changed) == origin_of(epoch(db)) == "epoch"
    assert len({"epoch", changed, epoch(db)}) == 3
    assert first_digest(epoch(db)) == first_digest("epoch"), "the log goes on"
    assert servers(db) == ["c"]


def test_without_a_boot_id_each_run_that_did_not_end_well_counts(
    db: sqlite3.Connection,
) -> None:
    begin(db, "a", "")

    assert begin(db, "b", "")
    end_run(db, lambda: ["b"], "b")
    assert not begin(db, "c", "")


@pytest.mark.parametrize("boot", ["first", ""])
def test_a_living_server_is_no_run_that_ended(
    db: sqlite3.Connection, boot: str
) -> None:
    begin(db, "a", boot)

    assert not begin(db, "b", boot, "a")
    # One that was killed while the other lived on is of the same start.
    assert not begin(db, "c", boot, "a")
    assert servers(db) == ["a", "c"]


def test_a_run_of_another_start_is_cut_whoever_seems_to_be_alive(
    db: sqlite3.Connection,
) -> None:
    begin(db, "a", "first")

    assert begin(db, "b", "second", "a")
    changed = epoch(db)
    assert servers(db) == ["b"]
    assert not begin(db, "c", "second", "a", "b")
    assert epoch(db) == changed


@pytest.mark.parametrize(("found", "boot"), [("", "second"), ("first", "")])
def test_a_server_whose_start_cannot_be_compared_is_alive_if_it_has_its_lock(
    db: sqlite3.Connection, found: str, boot: str
) -> None:
    begin(db, "a", found)

    assert not begin(db, "b", boot, "a")
    end_run(db, lambda: ["a", "b"], "b")
    assert begin(db, "c", boot)


def test_a_server_that_ends_removes_those_that_were_killed_before(
    db: sqlite3.Connection,
) -> None:
    begin(db, "a", "first")
    begin(db, "b", "first", "a")
    end_run(db, lambda: ["a"], "a")

    assert servers(db) == []


def test_a_server_that_waits_for_each_sync_leaves_no_row(
    db: sqlite3.Connection,
) -> None:
    begin(db, "a", "first")

    assert begin_run(db, list, None, "second")
    assert servers(db) == []
    assert not begin(db, "c", "third")


def test_the_boot_id_is_the_same_until_the_machine_starts_again() -> None:
    assert boot_id() == boot_id()


def test_a_system_without_boot_ids_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "jupyter_pairedit.stores.sqlite.runs._BOOT_ID", _Missing(), raising=True
    )

    assert boot_id() == ""


class _Missing:
    def read_text(self, _: str) -> str:
        raise FileNotFoundError
