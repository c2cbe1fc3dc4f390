"""A connection to PostgreSQL that stops answering."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from jupyter_pairedit.stores.errors import StorageFailure
from jupyter_pairedit.stores.postgres.connection import PostgresConnection
from jupyter_pairedit.stores.postgres.session import Connection
from tests.postgres import Postgres

GUARD = 30.0
"""Seconds after which a test fails."""


async def test_a_transaction_times_out_while_no_process_of_the_database_answers(
    postgres: Postgres,
) -> None:
    """Neither its rollback nor a request to cancel it would be answered."""
    connection = PostgresConnection(postgres.new_database(), timeout=0.5)
    stopped: list[int] = []

    async def stall(database: Connection) -> None:
        async with database.transaction():
            await database.execute("select 1")
            os.kill(postgres.pid, signal.SIGSTOP)
            stopped.extend([postgres.pid, *postgres.children()])
            for pid in stopped:
                os.kill(pid, signal.SIGSTOP)
            await database.execute("select 2")

    try:
        async with asyncio.timeout(GUARD):
            with pytest.raises(StorageFailure, match="does not answer"):
                await connection.do(stall)
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)

    async with asyncio.timeout(GUARD):
        assert (
            await connection.read(lambda database: database.fetchval("select 3")) == 3
        )
        await connection.close()
