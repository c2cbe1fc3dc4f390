"""Turns of a server, in which the appends of others wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from jupyter_pairedit.stores import open_store
from jupyter_pairedit.stores.base import Store
from jupyter_pairedit.stores.errors import StorageFailure, VersionConflict
from jupyter_pairedit.stores.postgres import appends
from jupyter_pairedit.stores.postgres.store import await_postgres
from tests.making import ROOM, insert, record, revision, until
from tests.postgres import Postgres

OTHER = "S" * 22

ONE = revision(1, insert(0, 0, "x"))

WAITING = "select count(*) from pg_locks where locktype = 'advisory' and not granted"

GUARD = 30.0
"""Seconds after which a test that hangs fails."""


@asynccontextmanager
async def two_servers(url: str) -> AsyncIterator[tuple[Store, Store]]:
    """The stores of two servers on a database with two rooms."""
    far, near = open_store(url), open_store(url)
    try:
        for room_id in (ROOM, OTHER):
            await far.create(record(room_id), "")
        async with asyncio.timeout(GUARD):
            yield far, near
    finally:
        await far.close()
        await near.close()


async def refused(store: Store, room_id: str = ROOM) -> asyncio.Task[None]:
    """Return an append that has found the turn of another server, and waits."""
    # The outcome of one look, of those that ``append`` repeats.
    assert await store.appends._outcome(room_id, 0, [ONE], None) == 0  # type: ignore[attr-defined]
    return asyncio.create_task(store.append(room_id, 0, [ONE]))


async def test_what_another_server_appends_waits_until_the_turn_is_over(
    database_url: str,
) -> None:
    async with two_servers(database_url) as (far, near):
        async with far.turn(ROOM):
            waiting = await refused(near)
        await waiting

        assert await far.revisions(ROOM, 0, -1) == [ONE]


async def test_what_is_appended_in_a_turn_precedes_what_waits(
    database_url: str,
) -> None:
    mine = revision(1, insert(0, 0, "mine"))
    async with two_servers(database_url) as (far, near):
        async with far.turn(ROOM):
            waiting = await refused(near)
            await far.append(ROOM, 0, [mine])
            with pytest.raises(VersionConflict, match="end at 0, found 1"):
                await waiting

        assert await far.revisions(ROOM, 0, -1) == [mine]


async def test_a_turn_is_of_one_room(database_url: str) -> None:
    async with two_servers(database_url) as (far, near):
        async with far.turn(ROOM):
            # In one transaction with the room whose turn it is.
            waiting, _ = await asyncio.gather(
                refused(near), near.append(OTHER, 0, [ONE])
            )
            await far.append(OTHER, 1, [revision(2, insert(1, 0, "y"))])
        await waiting


async def test_a_turn_waits_for_the_turn_of_another_server(database_url: str) -> None:
    order: list[str] = []
    async with two_servers(database_url) as (far, near):

        async def turn(store: Store, name: str) -> None:
            async with store.turn(ROOM):
                order.append(name)

        async with far.turn(ROOM):
            waiting = asyncio.create_task(turn(near, "near"))
            await sent(near)
            order.append("far")
        await waiting

    assert order == ["far", "near"]


async def sent(store: Store) -> None:
    """Return when the store's appends wait for the database."""
    connection = store.appends.connection  # type: ignore[attr-defined]
    await until(connection._lock.locked)


async def test_a_server_appends_in_its_turn_while_another_waits_for_its_own() -> None:
    # PostgreSQL 18 grants the lock of an append to the session that has the turn.
    older = Postgres(version=16)
    try:
        older.start()
        url = older.new_database()
        async with two_servers(url) as (far, near):
            async with far.turn(ROOM):
                waiting = asyncio.create_task(near.turn(ROOM).__aenter__())
                await until(lambda: older.do(WAITING, url) == "1")

                assert await far.appends._outcome(ROOM, 0, [ONE], None) is None  # type: ignore[attr-defined]
            await waiting
    finally:
        older.remove()


async def test_the_turn_of_a_server_that_hangs_ends(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with two_servers(database_url) as (far, near):
        monkeypatch.setattr(appends, "_TURN_LIMIT", 0.05)
        async with far.turn(ROOM):
            monkeypatch.undo()
            # Nothing else ends the turn.
            await near.append(ROOM, 0, [ONE])

        await far.append(ROOM, 1, [revision(2, insert(1, 0, "y"))])


async def test_an_append_does_not_wait_for_ever(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with two_servers(database_url) as (far, near), far.turn(ROOM):
        monkeypatch.setattr(appends, "_TURN_LIMIT", 0.0)

        with pytest.raises(VersionConflict, match="end at 0, found 0"):
            await near.append(ROOM, 0, [ONE])


async def test_a_turn_ends_whose_caller_is_cancelled_while_it_begins(
    database_url: str,
) -> None:
    async with two_servers(database_url) as (far, near):
        turning = asyncio.create_task(far.turn(ROOM).__aenter__())
        await sent(far)
        turning.cancel()
        await asyncio.gather(turning, return_exceptions=True)

        async with near.turn(ROOM):
            await near.append(ROOM, 0, [ONE])


async def test_a_turn_ends_with_the_body(database_url: str) -> None:
    async with two_servers(database_url) as (far, near):
        with pytest.raises(ZeroDivisionError):
            async with far.turn(ROOM):
                waiting = await refused(near)
                raise ZeroDivisionError
        await waiting


async def test_without_a_database_there_is_no_turn_and_appends_say_why() -> None:
    store = await_postgres("postgresql://ann@127.0.0.1:1/rooms", wait=1.0)

    async with store.turn(ROOM):
        with pytest.raises(StorageFailure, match="cannot be reached"):
            await store.append(ROOM, 0, [ONE])

    await store.close()
