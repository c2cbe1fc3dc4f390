"""Two servers while PostgreSQL fails."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable

from jupyter_pairedit.stores import open_store
from jupyter_pairedit.stores.errors import StorageFailure
from tests.making import ROOM, insert
from tests.postgres import Postgres

from .servers import (
    BOB,
    GUARD,
    Pair,
    pair,
    reader,
    until,
)


async def _typed_while(two: Pair, trouble: Callable[[], None]) -> None:
    """Type on one server and read on the other while ``trouble`` happens."""
    await two.there.push(BOB, 0, [insert(0, 0, "before ")])
    await until(lambda: two.here.head == 1)
    trouble()
    async with asyncio.timeout(GUARD):
        while True:
            try:
                await two.there.push(
                    BOB, 0, [insert(0, 0, "before "), insert(7, 7, "after")]
                )
                break
            except StorageFailure:
                await asyncio.sleep(0.01)  # between two attempts
    await until(lambda: two.here.code == "before after")


async def test_a_lost_listener_is_replaced_and_nothing_is_missed(
    database_url: str, postgres: Postgres
) -> None:
    async with pair(lambda: open_store(database_url)) as two:
        two.join(two.there, reader("Bob"))
        await until(lambda: two.names() == [["Bob"]] * 2)

        await _typed_while(
            two,
            lambda: print(
                postgres.do(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where application_name = 'jupyter_pairedit'"
                )
            ),
        )

        assert two.names() == [["Bob"]] * 2


async def test_a_crash_of_the_database_is_survived(
    database_url: str, postgres: Postgres
) -> None:
    """The seats are lost, and each server writes its own again."""
    async with pair(lambda: open_store(database_url)) as two:
        two.join(two.there, reader("Bob"))
        await until(lambda: two.names() == [["Bob"]] * 2)

        def crash() -> None:
            postgres.stop(signal.SIGQUIT)
            postgres.start()

        await _typed_while(two, crash)

        await until(lambda: two.names() == [["Bob"]] * 2)
        taken = await two.hubs[0].store.peers.clients([ROOM])
        await until(lambda: two.names() == [["Bob"]] * 2)
        assert [each.client.client_id for each in taken[ROOM]] == ["bob-1"]
