"""What a SQLite file has, told without changing it."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from jupyter_pairedit.stores import BadDatabaseURL, Contents, look, open_store
from tests.making import ROOM, record


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "app.db"


def sqlite(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file)) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()


def found(file: Path) -> Contents:
    """Look, and expect nothing to have changed."""
    before = {each: each.read_bytes() for each in file.parent.iterdir()}
    contents = look(f"sqlite:///{file}")
    after = {each: each.read_bytes() for each in file.parent.iterdir()}
    # While a log is there its index may be made again.
    assert {each: after[each] for each in before if each.suffix != ".db-shm"} == {
        each: before[each] for each in before if each.suffix != ".db-shm"
    }
    assert after.keys() == before.keys()
    return contents


def test_a_missing_file_or_one_without_tables_is_empty(file: Path) -> None:
    assert found(file) is Contents.EMPTY
    assert look(f"sqlite:///{file.parent}/folder/app.db") is Contents.EMPTY
    file.touch()
    assert found(file) is Contents.EMPTY
    sqlite(file, "pragma journal_mode = wal", "create table t (x)", "drop table t")
    assert found(file) is Contents.EMPTY


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_the_tables_of_another_program_are_foreign(file: Path, journal: str) -> None:
    sqlite(
        file,
        f"pragma journal_mode = {journal}",
        # Names that this package has as well.
        "create table room (id)",
        "create table revision (id)",
    )

    assert found(file) is Contents.FOREIGN


def test_a_program_with_the_same_table_of_migrations_is_foreign(
    file: Path,
) -> None:
    sqlite(
        file,
        "create table _sqlite_migrations (migration_set, name)",
        "insert into _sqlite_migrations values ('wiki', 'pages')",
    )
    assert found(file) is Contents.FOREIGN
    sqlite(file, "alter table _sqlite_migrations rename migration_set to app")
    assert found(file) is Contents.FOREIGN


def test_tables_that_are_only_in_the_log_are_seen(file: Path) -> None:
    with closing(sqlite3.connect(file)) as other:
        other.execute("pragma journal_mode = wal")
        other.execute("pragma wal_autocheckpoint = 0")
        other.execute("create table wiki (page)")

        assert found(file) is Contents.FOREIGN


async def test_rooms_are_ours_also_beside_the_tables_of_others(file: Path) -> None:
    sqlite(file, "create table wiki (page)")
    os.chmod(file, 0o600)
    store = open_store(f"sqlite:///{file}")
    await store.create(record(), "kept")
    assert found(file) is Contents.OURS
    await store.close()

    assert found(file) is Contents.OURS
    store = open_store(f"sqlite:///{file}")
    assert (await store.load(ROOM)).code == "kept"
    await store.close()


def test_a_file_of_another_format_is_foreign(file: Path) -> None:
    file.mkdir()
    assert look(f"sqlite:///{file}") is Contents.FOREIGN
    file.rmdir()
    file.write_bytes(b"my thesis, chapter one " * 100)
    assert found(file) is Contents.FOREIGN


def test_a_damaged_database_may_be_ours(file: Path) -> None:
    asyncio.run(open_store(f"sqlite:///{file}").close())
    content = bytearray(file.read_bytes())
    content[100:200] = b"\xff" * 100  # the page of the schema
    file.write_bytes(content)

    assert found(file) is Contents.UNREACHABLE


@pytest.mark.parametrize(
    "url", ["mysql://h/d", "nonsense", "sqlite:///:memory:", "sqlite:///app.db?x=1"]
)
def test_another_kind_of_database_is_refused(url: str) -> None:
    with pytest.raises(BadDatabaseURL, match=r"^expected sqlite:///"):
        look(url)
