"""Rooms in PostgreSQL, for several servers.

The SQL is in the modules beside this one by idea; here each method of ``Store`` finds
its own. Appends have a connection of their own, another one does the rest.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import Sequence

from ...core.retention import Row
from ...core.revisions import Revision, seal
from ..base import (
    BadDatabaseURL,
    Point,
    RoomRecord,
    RoomSummary,
    StorageFailure,
    Stored,
    Usage,
)
from ..invites import InviteStore
from ..peers import Neighbours
from ..sql.rows import NEWEST
from . import compaction, log, points
from .appends import Appends
from .connection import Line, connect
from .errors import TROUBLE, advice
from .invites import PostgresInvites
from .peers import PostgresNeighbours
from .schema import migrate

_OPENING = 10.0
"""Seconds until a database must have answered when it is opened."""
_PATIENCE = 30.0
"""Seconds that something may take which changes much at once."""


def open_postgres(url: str, *, wait: float) -> PostgresStore:
    """Open a database, and make its tables if need be.

    Raises ``BadDatabaseURL`` or ``StorageFailure`` with a line that says what to do,
    and repeats no password.
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
        # What is wrong with a URL is an error of asyncpg's too, and a ValueError.
        if isinstance(error, TROUBLE) and not isinstance(error, ValueError):
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


class PostgresStore:
    """A database that has its tables; ``open_postgres`` sees to that.

    ``wait`` is how many seconds are waited for a database that does not answer.
    """

    name = "postgresql"

    def __init__(self, url: str, *, wait: float = 2.0) -> None:
        self._server = secrets.token_urlsafe(6)
        self.appends = Appends(url, self._server, wait)
        self._line = Line(url, patience=wait + 1)
        self.neighbours: Neighbours = PostgresNeighbours(url, self._server)
        self.invites: InviteStore = PostgresInvites(self._line, self._server)

    async def create(
        self, record: RoomRecord, code: str, most: int | None = None
    ) -> bool:
        """See ``Store.create``; of several at once, each may be the last one."""
        return await self._line.do(lambda db: log.create(db, record, code, most))

    async def rooms(self) -> list[RoomSummary]:
        """See ``Store.rooms``."""
        return await self._line.read(log.rooms)

    async def delete(self, room_id: str) -> None:
        """See ``Store.delete``."""
        await self._line.do(
            lambda db: log.delete(db, room_id, self._server), patience=_PATIENCE
        )

    async def load(self, room_id: str, at: int | None = None) -> Stored:
        """See ``Store.load``."""
        last = NEWEST if at is None else at
        return await self._line.read(lambda db: log.load(db, room_id, last))

    async def append(
        self,
        room_id: str,
        after: int,
        revisions: Sequence[Revision],
        epoch: str | None = None,
    ) -> None:
        """See ``Store.append``."""
        await self.appends.append(room_id, after, revisions, epoch)

    async def revisions(self, room_id: str, after: int, limit: int) -> list[Revision]:
        """See ``Store.revisions``."""
        return await self._line.read(
            lambda db: log.revisions(db, room_id, after, limit)
        )

    async def snapshot(
        self, room_id: str, version: int, digest: str, code: str
    ) -> None:
        """See ``Store.snapshot``."""
        row = code, seal(digest, code)
        await self._line.do(lambda db: log.keep_snapshot(db, room_id, version, row))

    async def name_version(self, room_id: str, point: Point, most: int) -> None:
        """See ``Points.name_version``."""
        await self._line.do(lambda db: points.name_version(db, room_id, point, most))

    async def points(self, room_id: str) -> list[Point]:
        """See ``Points.points``."""
        return await self._line.read(lambda db: points.points(db, room_id))

    async def forget_name(self, room_id: str, version: int) -> None:
        """See ``Points.forget_name``."""
        await self._line.do(lambda db: points.forget_name(db, room_id, version))

    async def usage(self, room_id: str) -> Usage:
        """See ``Upkeep.usage``."""
        return await self._line.read(lambda db: compaction.usage(db, room_id))

    async def outline(self, room_id: str, after: int, limit: int) -> list[Row]:
        """See ``Upkeep.outline``."""
        return await self._line.read(
            lambda db: compaction.outline(db, room_id, after, limit)
        )

    async def pins(self, room_id: str) -> list[int]:
        """See ``Upkeep.pins``."""
        return await self._line.read(lambda db: compaction.pins(db, room_id))

    async def compact(self, room_id: str, merged: Sequence[Revision]) -> None:
        """See ``Upkeep.compact``."""
        await self._line.do(
            lambda db: compaction.compact(db, room_id, merged), patience=_PATIENCE
        )

    async def close(self) -> None:
        """See ``Store.close``."""
        await self.neighbours.close()
        await self.appends.close()
        await self._line.close()
