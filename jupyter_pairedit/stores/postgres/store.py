"""Rooms in a PostgreSQL database, for several servers."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

from ...core.revisions import Revision
from ..base import Contents, Durability
from ..errors import BadDatabaseURL, StorageFailure
from ..invites import InviteStore
from ..peers import PeerStore
from ..records import Stored
from ..runs import RunStore
from ..sql.compaction import SQLCompaction
from ..sql.invites import SQLInvites
from ..sql.log import SQLLog
from ..sql.names import SQLNames
from ..sql.points import SQLPoints
from ..sql.properties import SQLProperties
from ..sql.runs import SQLRuns
from .appends import Appends
from .connection import PostgresConnection, Work
from .driver import PostgresDriver
from .errors import DATABASE_ERRORS, advice
from .peers import PostgresPeers
from .schema import contents, migrate, migrate_ours
from .session import Connection, connect, connect_to_look

T = TypeVar("T")

_OPENING = 10.0
"""Seconds within which a database must answer when it is opened."""


def open_postgres(url: str, *, wait: float) -> PostgresStore:
    """Open a database, and create or migrate its tables.

    Raises ``BadDatabaseURL``, and ``StorageFailure`` with a line that says what to do.
    Neither contains a password.
    """
    _connected(lambda: connect(url, {}), migrate, url)
    return PostgresStore(url, wait=wait)


def await_postgres(url: str, *, wait: float) -> PostgresStore:
    """Return the store of a database that does not answer now.

    Every operation raises ``StorageFailure`` until the database answers. Then its
    tables are created, unless the database belongs to another program.
    """
    return PostgresStore(url, wait=wait, first=migrate_ours)


def look_at_postgres(url: str) -> Contents:
    """Return what a database has. Raises ``BadDatabaseURL``."""
    try:
        return _connected(lambda: connect_to_look(url), _look, url)
    except StorageFailure:
        return Contents.UNREACHABLE


async def _look(connection: Connection) -> Contents:
    async with connection.transaction(readonly=True):
        return await contents(connection)


def _connected(
    open_: Callable[[], Awaitable[Connection]], work: Work[T], url: str
) -> T:
    """Run ``work`` on a new connection, for at most ``_OPENING`` seconds."""

    async def run() -> T:
        async with asyncio.timeout(_OPENING):
            connection = await open_()
            try:
                return await work(connection)
            finally:
                await connection.close()

    # In a thread, because the caller's own event loop may be running.
    with ThreadPoolExecutor(1, "pairedit-open") as thread:
        try:
            return thread.submit(asyncio.run, run()).result()
        except StorageFailure:
            raise
        except Exception as error:
            # asyncpg reports a bad URL by an error that is a ValueError, too.
            if isinstance(error, DATABASE_ERRORS) and not isinstance(error, ValueError):
                raise StorageFailure(advice(error, url)) from None
            raise BadDatabaseURL(
                "expected postgresql://user:password@host:5432/database, "
                f"found something else ({type(error).__name__})"
            ) from None


class PostgresStore(SQLLog, SQLPoints, SQLCompaction, SQLProperties, SQLNames):
    """A database whose tables ``open_postgres`` has created.

    Appends have a connection of their own, so that they do not wait for the other
    operations. ``wait`` is how many seconds an append waits for the database. ``first``
    is run on each new connection if nobody has created the tables.
    """

    name = "postgresql"
    durability: Durability = "disk"
    renewals = 0

    def __init__(
        self, url: str, *, wait: float = 2.0, first: Work[None] | None = None
    ) -> None:
        server = secrets.token_urlsafe(6)
        self.appends = Appends(url, server, wait, first)
        self._connection = PostgresConnection(url, timeout=wait + 1, first=first)
        super().__init__(PostgresDriver(self._connection, server))
        self.peers: PeerStore = PostgresPeers(url, server, first)
        self.invites: InviteStore = SQLInvites(self.driver)
        self.runs: RunStore = SQLRuns(self.driver)

    async def load(self, room_id: str, at: int | None = None) -> Stored:
        """Read a room, which is to be written then; see ``Store.load``."""
        self.appends.connect_soon()
        return await super().load(room_id, at)

    async def append(
        self,
        room_id: str,
        after: int,
        revisions: Sequence[Revision],
        epoch: str | None = None,
    ) -> None:
        """Append to a log; see ``Store.append``."""
        await self.appends.append(room_id, after, revisions, epoch)

    def turn(self, room_id: str) -> AbstractAsyncContextManager[None]:
        """Make the appends of other servers wait; see ``Store.turn``."""
        return self.appends.turn(room_id)

    async def synced(self) -> None:
        """Return at once: all has been synced; see ``Store.synced``."""

    async def close(self) -> None:
        """Finish the operations under way and disconnect; see ``Store.close``."""
        await self.peers.close()
        await self.appends.close()
        await self._connection.close()
