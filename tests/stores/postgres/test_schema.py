"""Migration of databases of earlier versions."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from jupyter_pairedit.core.properties import NewProperties, RoomSettings
from jupyter_pairedit.core.revisions import replay
from jupyter_pairedit.core.text import Text
from jupyter_pairedit.core.writes import WriteKey
from jupyter_pairedit.stores import open_store
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.postgres.schema import _MIGRATIONS
from jupyter_pairedit.stores.runs import RunNews
from tests.making import ROOM, insert, revision, run
from tests.postgres import Postgres

BEFORE_SETTINGS = (Path(__file__).parent / "before_settings.sql").read_text()
"""The tables, and a room, of the version before rooms had settings. To be left
unchanged."""

CODE = "print('😀')\nabc\n"
"""The text of the room."""

DIE = """
import os, sys
import asyncpg
from jupyter_pairedit.stores import open_store
from jupyter_pairedit.stores.postgres.schema import _MIGRATIONS
execute, left = asyncpg.Connection.execute, int(sys.argv[2])

async def execute_or_die(self, sql, *args, **settings):
    global left
    done = await execute(self, sql, *args, **settings)
    if sql in _MIGRATIONS.values():
        left -= 1
        if left == 0:
            os._exit(137)
    return done

asyncpg.Connection.execute = execute_or_die
open_store(sys.argv[1])
"""
"""Exits after a number of migrations."""

LACKING = [name for name in _MIGRATIONS if f"'{name}'" not in BEFORE_SETTINGS]
"""The migrations that such a database lacks."""


@pytest.fixture
def old_database(database_url: str, postgres: Postgres) -> str:
    postgres.do(BEFORE_SETTINGS, database_url)
    return database_url


async def check_room(store: Store) -> None:
    """Check that this version reads the room and goes on with it."""
    stored = await store.load(ROOM)
    assert str(replay(Text.of(stored.code), stored.revisions)) == CODE
    assert (stored.last, stored.merged) == (6, 2)
    assert [each.name for each in await store.points(ROOM)] == ["vier"]
    assert [each.uses for each in await store.invites.of_room(ROOM)] == [0]
    record = stored.record
    assert (record.title, record.settings, record.changes) == (
        "Sorting",
        RoomSettings(),
        0,
    )

    new = NewProperties("T", settings={"suggestions": False})
    changed = await store.change(ROOM, new, author="Ann", at=2.0, expected=0, keep=9)
    assert (changed.title, changed.limit, changed.changes) == ("T", 3, 1)
    assert [each.version for each in await store.changes(ROOM)] == [6]
    length = len(CODE) + 1  # UTF-16 units
    edit = insert(length, length, "y")
    more = revision(7, edit, marks=["agent"]).chained(stored.revisions[-1].digest)
    await store.append(ROOM, 6, [more])
    assert await store.revisions(ROOM, 6, -1) == [more]
    assert await store.version_of(ROOM, WriteKey.single("k")) is None
    await store.peers.refuse(ROOM, "Cem", True)
    assert set(await store.peers.refusals([ROOM])) == {ROOM}
    assert await store.runs.news(ROOM, 0) == RunNews(0, [], [])
    assert (await store.runs.add(ROOM, run("done"), 9, 9)).number == 1


async def test_a_database_without_settings_is_migrated(old_database: str) -> None:
    store = open_store(old_database)

    await check_room(store)

    await store.close()


@pytest.mark.parametrize("done", range(1, len(LACKING) + 1))
async def test_an_interrupted_migration_changes_nothing_and_goes_on(
    old_database: str, postgres: Postgres, done: int
) -> None:
    dying = await asyncio.create_subprocess_exec(
        sys.executable, "-c", DIE, old_database, str(done)
    )

    assert await dying.wait() == 137
    columns = postgres.do(
        "select count(*) from information_schema.columns"
        " where table_schema = 'pairedit' and column_name in ('settings', 'write_key')",
        old_database,
    )
    assert columns.strip() == "0"
    store = open_store(old_database)
    await check_room(store)
    await store.close()


async def test_a_server_that_knows_no_marks_goes_on_with_the_database(
    old_database: str, postgres: Postgres
) -> None:
    store = open_store(old_database)
    before = await store.load(ROOM)
    length = len(CODE) + 1  # UTF-16 units
    more = revision(7, insert(length, length, "y"))
    more = more.chained(before.revisions[-1].digest)
    changes = f'[{length},[0,"y"]]'

    # With the function that it has found when it started.
    outcome = postgres.do(
        f"select pairedit.append('s', array['{ROOM}'], array[null]::text[],"
        " array[6]::bigint[], array[1], array[7]::bigint[], array['edit'],"
        f" array['ann'], array['Ann'], array[{more.at}]::float8[],"
        f" array['{changes}'], array['{more.digest}'], array[1]::bigint[],"
        " array[''], array[''])",
        old_database,
    )

    assert outcome.strip() == "{NULL}"
    assert await store.revisions(ROOM, 6, -1) == [more]
    await store.close()


async def test_two_servers_migrate_at_once(old_database: str) -> None:
    stores = await asyncio.gather(
        *(asyncio.to_thread(open_store, old_database) for _ in range(2))
    )

    await check_room(stores[0])
    assert (await stores[1].record(ROOM)).title == "T"
    for store in stores:
        await store.close()
