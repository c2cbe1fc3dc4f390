"""Opening a session of PostgreSQL, and refusing a pooler that gives none.

PgBouncer in transaction mode gives each transaction another connection to PostgreSQL.
``search_path``, time-outs, ``LISTEN`` and prepared statements then belong to nobody:
tables would be created in another schema, and notices would be lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TypeAlias

import asyncpg

from ..errors import StorageFailure
from .errors import POOLER, is_of_pooler

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_NAME = "jupyter_pairedit"
_ANSWER = 3.0
"""Seconds within which a pooler must serve a second connection."""
_PID = "select pg_backend_pid()"


async def connect(url: str, settings: Mapping[str, str]) -> Connection:
    """Connect with the settings of this package.

    Raises ``StorageFailure`` for a pooler that does not keep them.
    """
    asked = {"search_path": "pairedit", **settings}
    try:
        connection = await asyncpg.connect(
            url, server_settings={"application_name": _NAME, **asked}
        )
    except asyncpg.ProtocolViolationError as error:
        if is_of_pooler(error):
            raise StorageFailure(POOLER) from error
        raise
    try:
        await _expect_session(connection, url, asked)
    except BaseException:
        connection.terminate()
        raise
    return connection


async def connect_to_look(url: str) -> Connection:
    """Connect without settings, which works through a pooler as well.

    Statements must be in a transaction.
    """
    return await asyncpg.connect(
        url, server_settings={"application_name": _NAME}, statement_cache_size=0
    )


async def _expect_session(
    connection: Connection, url: str, settings: Mapping[str, str]
) -> None:
    """Raise ``StorageFailure`` if a connection is not a session of PostgreSQL.

    ``settings`` were asked for when it was opened.
    """
    rows = await connection.fetch(
        "select name, setting from pg_settings where name = any($1)", list(settings)
    )
    if {row["name"]: row["setting"] for row in rows} != dict(settings):
        raise StorageFailure(POOLER)
    pid = await connection.fetchval(_PID)
    # A pooler makes up the id that it gives to its clients.
    if pid != connection.get_server_pid() and await _is_shared(connection, url, pid):
        raise StorageFailure(POOLER)


async def _is_shared(connection: Connection, url: str, pid: int) -> bool:
    """Return whether others get the process ``pid`` while a connection is open."""
    other = None
    try:
        async with asyncio.timeout(_ANSWER):
            other = await asyncpg.connect(url)
            # Not asyncpg's transaction, whose end would wait for the database, too.
            await other.execute("begin")
            if await other.fetchval(_PID) == pid:
                return True
            return bool(await connection.fetchval(_PID) != pid)
    except TimeoutError:
        # It has too few connections for one server.
        return True
    finally:
        if other is not None:
            other.terminate()
