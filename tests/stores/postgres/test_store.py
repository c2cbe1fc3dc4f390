"""Connections, failures and migrations of PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest
from msgspec.structs import replace

from jupyter_pairedit.core.outputs import Output
from jupyter_pairedit.core.revisions import Revision
from jupyter_pairedit.core.roomnames import room_name
from jupyter_pairedit.stores import open_store
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.errors import (
    BadDatabaseURL,
    StorageFailure,
    VersionConflict,
)
from jupyter_pairedit.stores.postgres.store import PostgresStore
from jupyter_pairedit.stores.runs import RunNews
from tests.making import ROOM, insert, record, revision, run
from tests.postgres import Postgres

GUARD = 30.0
"""Seconds after which a wait fails; no test waits that long to succeed."""

ONE = revision(1, insert(0, 0, "x"))

APPENDS_PREPARED = """
select count(*) from pg_stat_activity
where datname = current_database() and query like 'select append(%'
"""


@asynccontextmanager
async def opened(url: str, wait: float = 2.0) -> AsyncIterator[Store]:
    """A store with one room in it."""
    store = open_store(url, wait=wait)
    try:
        await store.create(record(), "")
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def another_program(
    url: str,
) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """A connection of another program to the same database."""
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def backend(store: Store) -> int:
    """Return the id of the database process that runs a store's appends."""
    assert isinstance(store, PostgresStore)
    pid = await store.appends.connection.do(
        lambda db: db.fetchval("select pg_backend_pid()")
    )
    assert isinstance(pid, int)
    return pid


async def append_again(store: Store) -> None:
    """Append until it succeeds, or conflicts with an earlier attempt."""
    async with asyncio.timeout(GUARD):
        while True:
            try:
                return await store.append(ROOM, 0, [ONE])
            except VersionConflict:
                return
            except StorageFailure:
                await asyncio.sleep(0.01)  # between two attempts


# --- opening ------------------------------------------------------------------------


async def test_ten_servers_create_the_tables_concurrently(database_url: str) -> None:
    stores = await asyncio.gather(
        *(asyncio.to_thread(open_store, database_url) for _ in range(10))
    )

    made = await asyncio.gather(*(store.create(record(), "") for store in stores))

    assert sorted(made) == [False] * 9 + [True]
    for store in stores:
        await store.close()


async def test_an_older_postgresql_is_supported(database_url: str) -> None:
    older = Postgres(version=16)
    try:
        older.start()
        async with opened(older.new_database()) as store:
            await store.append(ROOM, 0, [ONE])
            assert await store.revisions(ROOM, 0, -1) == [ONE]
    finally:
        older.remove()


async def test_a_database_of_a_newer_version_is_refused(
    database_url: str, postgres: Postgres
) -> None:
    await open_store(database_url).close()
    postgres.do("insert into pairedit.migration values ('time_travel')", database_url)

    with pytest.raises(StorageFailure, match=r"newer jupyter_pairedit .*time_travel"):
        open_store(database_url)


async def test_a_database_from_before_rooms_had_names_gets_them(
    database_url: str, postgres: Postgres
) -> None:
    async with opened(database_url) as store:
        await store.append(ROOM, 0, [ONE])
    postgres.do(
        "drop table pairedit.room_name;"
        "delete from pairedit.migration where name = 'names_of_rooms'",
        database_url,
    )

    store = open_store(database_url)

    assert await store.give_name("ann", room_name("n"), ROOM)
    assert await store.revisions(ROOM, 0, -1) == [ONE]
    await store.close()


async def test_a_database_in_another_encoding_is_refused(postgres: Postgres) -> None:
    postgres.do("create database latin encoding latin1 template template0 locale 'C'")

    with pytest.raises(StorageFailure, match="expected a database in UTF8, found LAT"):
        open_store(postgres.url("latin"))


async def test_the_error_for_a_user_without_create_privilege_names_the_grant(
    database_url: str, postgres: Postgres
) -> None:
    postgres.do("create role ann login")
    database = database_url.rpartition("/")[2]

    with pytest.raises(StorageFailure, match=f"grant create on database {database} to"):
        open_store(postgres.url(database, "ann"))

    await open_store(database_url).close()
    postgres.do(
        "grant usage on schema pairedit to ann;"
        "grant all on all tables in schema pairedit to ann",
        database_url,
    )
    async with opened(postgres.url(database, "ann")) as store:
        await store.append(ROOM, 0, [ONE])


async def test_a_wrong_password_is_reported_without_it(
    database_url: str, postgres: Postgres
) -> None:
    postgres.do("create role guarded login password 'right'")
    url = database_url.replace("postgres@", "guarded:wr0ng@")

    with pytest.raises(StorageFailure, match="refuses the user 'guarded'") as refusal:
        open_store(url)

    assert "wr0ng" not in str(refusal.value)
    assert refusal.value.__cause__ is None


async def test_a_missing_database_is_named(postgres: Postgres) -> None:
    with pytest.raises(StorageFailure, match=r"no database 'nowhere' on .*createdb"):
        open_store(postgres.url("nowhere"))


def test_a_missing_server_is_named() -> None:
    with pytest.raises(StorageFailure, match=r"no PostgreSQL on 127.0.0.1:1: start"):
        open_store("postgresql://ann:s3cret@127.0.0.1:1/rooms")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann:s3cret@host:port/rooms",
        "postgresql://ann:s3cret@[::1/rooms",
        "postgresql://ann:s3cret@host/rooms?sslmode=sometimes",
        "postgresql://ann:s3cret@host/rooms?s3cret",
    ],
)
def test_a_bad_url_is_refused_with_the_expected_form(url: str) -> None:
    with pytest.raises(BadDatabaseURL, match=r"^expected postgresql://user") as refusal:
        open_store(url)

    assert "s3cret" not in str(refusal.value)


async def test_the_driver_in_an_sqlalchemy_url_is_ignored(
    database_url: str,
) -> None:
    store = open_store(database_url.replace("postgresql:", "postgresql+asyncpg:"))

    assert store.name == "postgresql"
    await store.close()


# --- committing ---------------------------------------------------------------------


async def test_the_connection_of_appends_is_open_before_the_first_one(
    database_url: str,
) -> None:
    async with opened(database_url) as store, another_program(database_url) as reader:
        await store.load(ROOM)

        async with asyncio.timeout(GUARD):
            while not await reader.fetchval(APPENDS_PREPARED):
                pass


async def test_waiting_appends_are_one_transaction(database_url: str) -> None:
    async with opened(database_url) as store, another_program(database_url) as reader:
        rooms = [f"{number:022}" for number in range(20)]
        for room in rooms:
            await store.create(record(room), "")

        await asyncio.gather(*(store.append(room, 0, [ONE]) for room in rooms))

        commits = await reader.fetch(
            "select distinct pg_xact_commit_timestamp(xmin) from pairedit.revision"
        )
        assert len(commits) == 1


@pytest.mark.parametrize(
    "bad",
    [
        replace(ONE, author="A\0nn"),
        replace(ONE, author="\ud83d"),
        replace(ONE, run=2**63),
        replace(ONE, at=None),
    ],
    ids=["U+0000", "surrogate", "too large", "null"],
)
async def test_a_failing_append_does_not_affect_the_others_of_its_transaction(
    database_url: str, bad: Revision
) -> None:
    async with opened(database_url) as store:
        rooms = [f"{number:022}" for number in range(5)]
        for room in rooms:
            await store.create(record(room), "")
        before = await backend(store)

        outcomes = await asyncio.gather(
            *(store.append(room, 0, [ONE]) for room in rooms[:2]),
            store.append(ROOM, 0, [bad]),
            *(store.append(room, 0, [ONE]) for room in rooms[2:]),
            return_exceptions=True,
        )

        assert isinstance(outcomes.pop(2), StorageFailure)
        assert outcomes == [None] * 5
        assert await store.revisions(ROOM, 0, -1) == []
        assert await backend(store) == before, "the connection is as good as before"


async def test_commits_wait_for_the_disk_with_synchronous_commit_off(
    database_url: str, postgres: Postgres
) -> None:
    database = database_url.rpartition("/")[2]
    postgres.do(f"alter database {database} set synchronous_commit = off")
    async with opened(database_url) as store:
        assert isinstance(store, PostgresStore)
        await store.append(ROOM, 0, [ONE])

        found = await store.appends.connection.do(
            lambda db: db.fetchval("show synchronous_commit")
        )

    assert found == "on"


async def test_a_cancelled_append_is_still_committed(database_url: str) -> None:
    async with opened(database_url) as store:
        waiting = asyncio.ensure_future(store.append(ROOM, 0, [ONE]))
        await asyncio.sleep(0)
        waiting.cancel()

        with pytest.raises(VersionConflict):
            await store.append(ROOM, 0, [ONE])
        assert await store.revisions(ROOM, 0, -1) == [ONE]


# --- failures -----------------------------------------------------------------------


async def test_a_lost_connection_is_replaced(
    database_url: str, postgres: Postgres
) -> None:
    async with opened(database_url) as store:
        await store.append(ROOM, 0, [ONE])
        for _ in range(3):
            postgres.do(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where application_name = 'jupyter_pairedit'"
            )
            assert await store.revisions(ROOM, 0, -1) == [ONE]
            await append_again(store)

        assert await store.revisions(ROOM, 0, -1) == [ONE]


async def test_a_locked_database_fails_until_it_is_unlocked(
    database_url: str,
) -> None:
    async with opened(database_url, wait=0.1) as store:
        async with another_program(database_url) as other, other.transaction():
            await other.execute("lock table pairedit.revision in exclusive mode")
            with pytest.raises(StorageFailure, match="another program has locked it"):
                await store.append(ROOM, 0, [ONE])
            assert (await store.load(ROOM)).code == ""

        assert await store.revisions(ROOM, 0, -1) == []
        await append_again(store)
        assert await store.revisions(ROOM, 0, -1) == [ONE]


async def test_a_stopped_database_fails_until_it_is_started(
    database_url: str, postgres: Postgres
) -> None:
    async with opened(database_url) as store:
        postgres.stop()
        try:
            for _ in range(3):
                with pytest.raises(StorageFailure, match="the database"):
                    await store.append(ROOM, 0, [ONE])
                with pytest.raises(StorageFailure, match="the database"):
                    await store.load(ROOM)
        finally:
            postgres.start()

        await append_again(store)
        assert await store.revisions(ROOM, 0, -1) == [ONE]


async def test_a_database_that_does_not_answer_times_out(
    database_url: str,
) -> None:
    """The append may be committed later: it is then found in the log."""
    async with (
        opened(database_url, wait=0.1) as store,
        another_program(database_url) as other,
    ):
        pid = await backend(store)
        os.kill(pid, signal.SIGSTOP)
        try:
            with pytest.raises(StorageFailure, match="does not answer"):
                await store.append(ROOM, 0, [ONE])
        finally:
            os.kill(pid, signal.SIGCONT)

        await append_again(store)
        assert await store.revisions(ROOM, 0, -1) == [ONE]
        async with asyncio.timeout(GUARD):
            while True:
                if not await other.fetchval(
                    "select count(*) from pg_stat_activity where pid = $1", pid
                ):
                    break
                await asyncio.sleep(0.01)  # between two checks
        assert await store.revisions(ROOM, 0, -1) == [ONE]


async def test_a_full_disk_fails_until_there_is_space(
    database_url: str, postgres: Postgres
) -> None:
    """A limit of the file size makes the same system call fail as a full disk."""
    large = revision(1, insert(0, 0, secrets.token_hex(1_000_000)))
    async with opened(database_url) as store:
        pid = await backend(store)
        postgres.limit_files(pid)
        with pytest.raises(StorageFailure, match="the database reports error XX000"):
            await store.append(ROOM, 0, [large])
        assert await store.revisions(ROOM, 0, -1) == []

        postgres.limit_files(pid, limited=False)
        await store.append(ROOM, 0, [large])
        assert await store.revisions(ROOM, 0, -1) == [large]


async def test_operations_of_a_closed_store_raise(database_url: str) -> None:
    store = open_store(database_url)
    await store.close()

    with pytest.raises(StorageFailure, match="closed"):
        await store.rooms()
    with pytest.raises(StorageFailure, match="closed"):
        await store.append(ROOM, 0, [ONE])


# --- runs ---------------------------------------------------------------------------


async def test_a_run_that_another_program_has_locked_fails_and_then_goes_on(
    database_url: str,
) -> None:
    async with opened(database_url, wait=0.2) as store:
        new = await store.runs.add(ROOM, run("running"), 9, 9)
        done = new.moved("done", 1_001.0)
        async with another_program(database_url) as other:
            transaction = other.transaction()
            await transaction.start()
            await other.execute("select from pairedit.room for update")
            with pytest.raises(StorageFailure):
                await store.runs.change(ROOM, done, [Output(0, "stdout", "x")])
            await transaction.rollback()
        assert await store.runs.news(ROOM, 0) == RunNews(1, [new], [])

        await store.runs.change(ROOM, done, [Output(0, "stdout", "x")])

        assert await store.runs.runs(ROOM) == [done]


async def test_an_append_does_not_wait_for_the_runs_of_its_room(
    database_url: str,
) -> None:
    async with opened(database_url) as store, another_program(database_url) as other:
        transaction = other.transaction()
        await transaction.start()
        await other.execute("update pairedit.room set run_changes = run_changes + 1")

        async with asyncio.timeout(GUARD):
            await store.append(ROOM, 0, [ONE])

        await transaction.rollback()
        assert await store.revisions(ROOM, 0, -1) == [ONE]
