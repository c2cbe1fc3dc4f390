"""Rooms in a PostgreSQL database, for several servers."""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import Sequence

from ...core.revisions import Revision
from ..base import BadDatabaseURL, StorageFailure
from ..invites import InviteStore
from ..peers import PeerStore
from ..sql.compaction import SQLCompaction
from ..sql.invites import SQLInvites
from ..sql.log import SQLLog
from ..sql.points import SQLPoints
from .appends import Appends
from .connection import PostgresConnection, connect
from .driver import PostgresDriver
from .errors import DATABASE_ERRORS, advice
from .peers import PostgresPeers
from .schema import migrate

_OPENING = 10.0
"""Seconds within which a database must answer when it is opened."""


def open_postgres(url: str, *, wait: float) -> PostgresStore:
    """Open a database, and create or migrate its tables.

    Raises ``BadDatabaseURL``, and ``StorageFailure`` with a line that says what to do.
    Neither contains a password.
    """
    outcome: list[Exception] = []

    def run() -> None:
        try:
            asyncio.run(_prepare(url))
        except Exception as error:
            outcome.append(error)

    # In a thread, because the caller's own event loop may be running.
    thread = threading.Thread(target=run, name="pairedit-open")
    thread.start()
    thread.join()
    for error in outcome:
        if isinstance(error, StorageFailure):
            raise error
        # asyncpg reports a bad URL by an error of its own that is a ValueError, too.
        if isinstance(error, DATABASE_ERRORS) and not isinstance(error, ValueError):
            raise StorageFailure(advice(error, url)) from None
        raise BadDatabaseURL(
            "expected postgresql://user:password@host:5432/database, "
            f"found something else ({type(error).__name__})"
        ) from None
    return PostgresStore(url, wait=wait)


async def _prepare(url: str) -> None:
    async with asyncio.timeout(_OPENING):
        connection = await connect(url, {})
        try:
            await migrate(connection)
        finally:
            await connection.close()


class PostgresStore(SQLLog, SQLPoints, SQLCompaction):
    """A database whose tables ``open_postgres`` has created.

    Appends have a connection of their own, so that they do not wait for the other
    operations. ``wait`` is how many seconds an append waits for the database.
    """

    name = "postgresql"

    def __init__(self, url: str, *, wait: float = 2.0) -> None:
        server = secrets.token_urlsafe(6)
        self.appends = Appends(url, server, wait)
        self._connection = PostgresConnection(url, timeout=wait + 1)
        super().__init__(PostgresDriver(self._connection, server))
        self.peers: PeerStore = PostgresPeers(url, server)
        self.invites: InviteStore = SQLInvites(self.driver)

    async def append(
        self,
        room_id: str,
        after: int,
        revisions: Sequence[Revision],
        epoch: str | None = None,
    ) -> None:
        """Append to a log; see ``Store.append``."""
        await self.appends.append(room_id, after, revisions, epoch)

    async def close(self) -> None:
        """Finish the operations under way and disconnect; see ``Store.close``."""
        await self.peers.close()
        await self.appends.close()
        await self._connection.close()
