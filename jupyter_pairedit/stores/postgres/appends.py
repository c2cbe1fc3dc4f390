"""Group commit: all waiting appends are one round trip and one transaction."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from ...core.revisions import Revision
from ..errors import RoomNotFound, StorageFailure, VersionConflict
from ..sql.log import revision_row
from .connection import PostgresConnection, Work
from .errors import concerns_all
from .session import Connection

_BATCH = 64
"""The largest number of appends in one transaction."""
_APPEND = (
    "select append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,"
    " $16, $17)"
)
_COLUMNS = 13
"""Arguments with an element for each revision."""
_TURN_LIMIT = 2.0
"""Seconds without a statement after which the database ends a session that has a turn,
for a server that hangs, or cannot be reached any more."""
_LOOK_AGAIN = 0.01
"""Seconds between two attempts to append while another server has its turn."""
_BEGIN_TURN = (
    "select set_config('idle_session_timeout', $2, false),"
    " pg_advisory_lock(hashtextextended($1, 0)),"
    " pg_advisory_lock_shared(hashtextextended($1, 0))"
)
"""The second lock is the one that an append tries. PostgreSQL 16 refuses it in the own
turn if another server waits for its turn, unless the session holds it already."""
_END_TURN = (
    "select pg_advisory_unlock_shared(hashtextextended($1, 0)),"
    " pg_advisory_unlock(hashtextextended($1, 0)),"
    " set_config('idle_session_timeout', '0', false)"
)


@dataclass(frozen=True, slots=True)
class _Append:
    room_id: str
    after: int
    revisions: Sequence[Revision]
    epoch: str | None
    done: asyncio.Future[int | None]


class Appends:
    """Commits appends on a connection of its own, in the name of ``server``.

    ``wait`` is how many seconds the database may take for a transaction.
    """

    def __init__(
        self, url: str, server: str, wait: float, first: Work[None] | None = None
    ) -> None:
        self._server = server
        # Less than ``timeout``: after a timeout of the database the outcome is known.
        settings = {"statement_timeout": f"{round(wait * 1000)}"}
        self.connection = PostgresConnection(
            url,
            timeout=wait + 1,
            settings=settings,
            prepare=_set_durable,
            first=first,
        )
        self._waiting: deque[_Append] = deque()
        self._committing: asyncio.Task[None] | None = None
        self._is_opening = False

    def connect_soon(self) -> None:
        """Open the connection in the background, unless that was done before.

        It takes about 25 round trips, for which the first append would wait.
        """
        if not self._is_opening:
            self._is_opening = True
            arguments = _arguments(self._server, [])
            # If it fails, the first append tries again.
            self.connection.do_soon(lambda db: db.fetchval(_APPEND, *arguments))

    async def append(
        self,
        room_id: str,
        after: int,
        revisions: Sequence[Revision],
        epoch: str | None,
    ) -> None:
        """Append to a log; see ``Store.append``."""
        now = asyncio.get_running_loop().time
        until = now() + _TURN_LIMIT
        while True:
            found = await self._outcome(room_id, after, revisions, epoch)
            if found is None:
                return
            if found == -1:
                raise RoomNotFound(room_id)
            if found != after or now() > until:
                raise VersionConflict(after, found)
            # Another server has its turn.
            await asyncio.sleep(_LOOK_AGAIN)

    @contextlib.asynccontextmanager
    async def turn(self, room_id: str) -> AsyncIterator[None]:
        """Make the appends of other servers wait; see ``Store.turn``."""
        limit = f"{round(_TURN_LIMIT * 1000)}"
        try:
            # Without a turn, appends are what they are otherwise.
            with contextlib.suppress(StorageFailure):
                await self.connection.do(
                    lambda db: db.fetchrow(_BEGIN_TURN, room_id, limit)
                )
            yield
        finally:
            # The caller may have an error to report, which others would overtake. A
            # session that was lost has no turn either.
            self.connection.do_soon(lambda db: db.fetchrow(_END_TURN, room_id))

    async def _outcome(
        self,
        room_id: str,
        after: int,
        revisions: Sequence[Revision],
        epoch: str | None,
    ) -> int | None:
        done: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Append(room_id, after, revisions, epoch, done))
        if self._committing is None:
            self._committing = asyncio.create_task(self._commit_all())
        return await asyncio.shield(done)

    async def close(self) -> None:
        """Commit the waiting appends, then disconnect. May be called again."""
        if self._committing is not None:
            await asyncio.gather(self._committing, return_exceptions=True)
        await self.connection.close()

    async def _commit_all(self) -> None:
        """Commit in batches until no append is waiting."""
        try:
            while self._waiting:
                count = min(_BATCH, len(self._waiting))
                await self._commit([self._waiting.popleft() for _ in range(count)])
        finally:
            self._committing = None

    async def _commit(self, batch: list[_Append]) -> None:
        # The same order on all servers, to avoid deadlocks.
        batch.sort(key=lambda each: each.room_id)
        try:
            arguments = _arguments(self._server, batch)
            outcomes = await self.connection.do(
                lambda db: db.fetchval(_APPEND, *arguments)
            )
        except Exception as error:
            if len(batch) > 1 and not concerns_all(error):
                # Only the append that caused it is to fail.
                for each in batch:
                    await self._commit([each])
                return
            for each in batch:
                each.done.set_exception(error)
                # Marks it as retrieved: the caller may have been cancelled.
                each.done.exception()
            return
        for each, outcome in zip(batch, outcomes, strict=True):
            each.done.set_result(outcome)


def _arguments(server: str, batch: Sequence[_Append]) -> list[Any]:
    """Return the arguments of the SQL function ``append``: a list for each column."""
    rows = [
        (number, *revision_row(each.room_id, revision)[:-1])
        for number, each in enumerate(batch, 1)
        for revision in each.revisions
    ]
    columns = [[row[index] for row in rows] for index in range(_COLUMNS)]
    rooms = [each.room_id for each in batch]
    epochs = [each.epoch for each in batch]
    return [server, rooms, epochs, [each.after for each in batch], *columns]


async def _set_durable(db: Connection) -> None:
    """Make commits wait for the disk if the default of the database is not to."""
    await db.execute(
        "select set_config('synchronous_commit', 'on', false)"
        " where current_setting('synchronous_commit') = 'off'"
    )
