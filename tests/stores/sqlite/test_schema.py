"""Migration of databases of earlier versions."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from jupyter_pairedit.core.outputs import Output
from jupyter_pairedit.core.properties import NewProperties, RoomSettings
from jupyter_pairedit.core.revisions import Revision, first_digest, replay, seal
from jupyter_pairedit.core.roomnames import room_name
from jupyter_pairedit.core.text import Text
from jupyter_pairedit.stores.names import OpenedName
from jupyter_pairedit.stores.runs import RunNews
from jupyter_pairedit.stores.sqlite.store import SQLiteStore
from tests.making import ROOM, chain, insert, record, revision, run

FIRST_SCHEMA = """
create table _sqlite_migrations (migration_set text, name text, applied_at text,
  primary key (migration_set, name));
insert into _sqlite_migrations values
  ('jupyter_pairedit', 'rooms_and_their_logs', '2026-01-01 00:00:00');
create table room (id text primary key, epoch text not null, secret text not null,
  title text not null, language text not null, people integer not null,
  author text not null, created_at real not null) without rowid;
create table revision (room text not null references room(id) on delete cascade,
  version integer not null, kind text not null, client_id text not null,
  author text not null, at real not null, changes text not null, digest text not null,
  primary key (room, version)) without rowid;
create table snapshot (room text not null references room(id) on delete cascade,
  version integer not null, code text not null, seal text not null,
  primary key (room, version));
"""
"""The schema of the first version. To be left unchanged."""

DIE = """
import os, sys
from pathlib import Path
from sqlite_utils import Database
from jupyter_pairedit.stores.sqlite.store import SQLiteStore
execute, left = Database.execute, int(sys.argv[2])

def execute_or_die(self, sql, *rest):
    global left
    done = execute(self, sql, *rest)
    if sql.lstrip().startswith(("alter table", "create")):
        left -= 1
        if left == 0:
            os._exit(137)
    return done

Database.execute = execute_or_die
SQLiteStore(Path(sys.argv[1]))
"""
"""Exits after a number of statements that change the schema."""


def old_database(path: Path, count: int) -> list[Revision]:
    """Create a database of the first version with one room of ``count`` revisions."""
    log = chain(*(revision(n, insert(n - 1, 0, "x")) for n in range(1, count + 1)))
    path.touch(0o600)  # The store refuses other modes.
    connection = sqlite3.connect(path)
    connection.executescript(FIRST_SCHEMA)
    connection.execute(
        "insert into room values (?, 'epoch', 's', '', 'python', 2, 'Ann', 1.0)",
        (ROOM,),
    )
    connection.executemany(
        "insert into revision values (?, ?, 'edit', 'ann', 'Ann', ?, ?, ?)",
        [
            (
                ROOM,
                each.version,
                each.at,
                str(each.changes.to_json()).replace("'", '"'),
                each.digest,
            )
            for each in log
        ],
    )
    middle = log[count // 2 - 1]
    code = "x" * middle.version
    connection.executemany(
        "insert into snapshot values (?, ?, ?, ?)",
        [
            (ROOM, 0, "", seal(first_digest("epoch"), "")),
            (ROOM, middle.version, code, seal(middle.digest, code)),
        ],
    )
    connection.commit()
    connection.close()
    return log


async def check_log(path: Path, log: list[Revision]) -> None:
    """Check that this version reads the log and appends to it."""
    store = SQLiteStore(path)
    stored = await store.load(ROOM)
    assert (stored.version, stored.last, stored.merged) == (len(log) // 2, len(log), 0)
    text = replay(Text.of(stored.code), stored.revisions)
    assert str(text) == "x" * len(log)
    assert await store.revisions(ROOM, 0, -1) == log
    edit = insert(len(log), 0, "y")
    more = revision(len(log) + 1, edit, marks=["python"]).chained(log[-1].digest)
    await store.append(ROOM, len(log), [more])
    assert await store.revisions(ROOM, len(log), -1) == [more]
    assert await store.points(ROOM) == []
    await store.close()


async def test_a_database_of_the_first_version_is_migrated(
    tmp_path: Path,
) -> None:
    log = old_database(tmp_path / "old.db", 10_000)

    await check_log(tmp_path / "old.db", log)


async def test_a_server_that_knows_no_marks_goes_on_with_the_database(
    tmp_path: Path,
) -> None:
    log = old_database(tmp_path / "old.db", 2)
    store = SQLiteStore(tmp_path / "old.db")
    more = revision(3, insert(2, 0, "y")).chained(log[-1].digest)
    with closing(sqlite3.connect(tmp_path / "old.db")) as older, older:
        # As the version before this one did.
        older.execute(
            "insert into revision (version, kind, client_id, author, at, changes,"
            " digest, run, others, seal, write_key, room)"
            " values (3, 'edit', 'ann', 'Ann', ?, '[[0,\"y\"],2]', ?, 1, '', '',"
            " null, ?)",
            (more.at, more.digest, ROOM),
        )

    assert await store.revisions(ROOM, 2, -1) == [more]
    await store.close()


@pytest.mark.parametrize(
    "statements",
    [
        *(1, 14, 28),
        *(pytest.param(each, marks=pytest.mark.whole) for each in (3, 5, 17, 20)),
    ],
)
async def test_an_interrupted_migration_changes_nothing(
    tmp_path: Path, statements: int
) -> None:
    path = tmp_path / "old.db"
    log = old_database(path, 100)

    dying = await asyncio.create_subprocess_exec(
        sys.executable, "-c", DIE, str(path), str(statements)
    )

    assert await dying.wait() == 137
    connection = sqlite3.connect(path)
    tables = connection.execute("select name from sqlite_master where type = 'table'")
    assert {name for (name,) in tables} == {
        "_sqlite_migrations",
        "room",
        "revision",
        "snapshot",
    }
    columns = connection.execute("select name from pragma_table_info('revision')")
    assert "run" not in {name for (name,) in columns}
    connection.close()
    await check_log(path, log)


async def test_a_room_of_the_first_version_can_be_changed(tmp_path: Path) -> None:
    old_database(tmp_path / "old.db", 2)
    store = SQLiteStore(tmp_path / "old.db")
    before = await store.record(ROOM)

    changed = await store.change(
        ROOM, NewProperties("T"), author="Ann", at=2.0, expected=0, keep=9
    )

    assert (before.settings, before.changes) == (RoomSettings(), 0)
    assert (changed.title, changed.changes) == ("T", 1)
    assert [each.version for each in await store.changes(ROOM)] == [2]
    await store.close()


async def test_a_room_of_the_first_version_can_be_named(tmp_path: Path) -> None:
    old_database(tmp_path / "old.db", 2)
    store = SQLiteStore(tmp_path / "old.db")

    assert await store.give_name("ann", room_name("n"), ROOM)

    again = await store.open_name("ann", room_name("n"), record("S" * 22), "")
    assert again == OpenedName(ROOM, "found")
    await store.close()


async def test_the_code_of_a_room_of_the_first_version_can_be_run(
    tmp_path: Path,
) -> None:
    old_database(tmp_path / "old.db", 2)
    store = SQLiteStore(tmp_path / "old.db")
    before = await store.runs.news(ROOM, 0)

    new = await store.runs.add(ROOM, run("running"), 9, 9)
    await store.runs.change(ROOM, new, [Output(0, "stdout", "x")])

    assert before == RunNews(0, [], [])
    news = await store.runs.news(ROOM, 0)
    assert news == RunNews(2, [new], [(1, Output(0, "stdout", "x"))])
    await store.close()


async def test_a_server_that_knows_no_runs_goes_on_with_the_database(
    tmp_path: Path,
) -> None:
    old_database(tmp_path / "old.db", 2)
    store = SQLiteStore(tmp_path / "old.db")
    await store.runs.add(ROOM, run("done"), 9, 9)
    with closing(sqlite3.connect(tmp_path / "old.db")) as older, older:
        # As the version before this one did.
        older.execute("pragma foreign_keys = on")
        older.execute(
            "insert into room (id, epoch, secret, title, language, people, author,"
            " created_at, settings, changes) values (?, 'e', 's', '', 'python', 2,"
            " 'Bob', 1.0, '{}', 0)",
            ("S" * 22,),
        )
        older.execute("delete from room where id = ?", (ROOM,))

    assert await store.runs.runs(ROOM) == []
    assert (await store.runs.add("S" * 22, run("done"), 9, 9)).number == 1
    await store.close()
