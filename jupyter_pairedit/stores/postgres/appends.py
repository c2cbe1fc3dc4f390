"""Group commit: all appends that wait are one round trip and one transaction."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...core.revisions import Revision
from ..base import RoomNotFound, VersionConflict
from ..sql.rows import revision_row
from .connection import Connection, Line

_BATCH = 64
"""Appends in one transaction, at most."""
_APPEND = (
    "select append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
)


@dataclass(frozen=True, slots=True)
class _Append:
    room_id: str
    after: int
    revisions: Sequence[Revision]
    epoch: str | None
    done: asyncio.Future[int | None]


class Appends:
    """Appends on a connection of their own; ``server`` is which one tells the others.

    ``wait`` is how many seconds one waits for a database that does not answer.
    """

    def __init__(self, url: str, server: str, wait: float) -> None:
        self._server = server
        # The database gives up a little earlier: then the outcome is known.
        settings = {"statement_timeout": f"{round(wait * 1000)}"}
        self.line = Line(url, patience=wait + 1, settings=settings, prepare=_be_durable)
        self._waiting: deque[_Append] = deque()
        self._committing: asyncio.Task[None] | None = None

    async def append(
        self,
        room_id: str,
        after: int,
        revisions: Sequence[Revision],
        epoch: str | None,
    ) -> None:
        """See ``Store.append``."""
        done: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Append(room_id, after, revisions, epoch, done))
        if self._committing is None:
            self._committing = asyncio.create_task(self._commit_all())
        found = await asyncio.shield(done)
        if found == -1:
            raise RoomNotFound(room_id)
        if found is not None:
            raise VersionConflict(after, found)

    async def close(self) -> None:
        """Finish what waits, then let go of the connection. May be called again."""
        if self._committing is not None:
            await asyncio.gather(self._committing, return_exceptions=True)
        await self.line.close()

    async def _commit_all(self) -> None:
        """Commit what waits, and what comes meanwhile, until there is nothing."""
        try:
            while self._waiting:
                count = min(_BATCH, len(self._waiting))
                await self._commit([self._waiting.popleft() for _ in range(count)])
        finally:
            self._committing = None

    async def _commit(self, batch: list[_Append]) -> None:
        # In one order on all servers, or two could wait for each other.
        batch.sort(key=lambda each: each.room_id)
        arguments = _arguments(self._server, batch)
        try:
            outcomes = await self.line.do(lambda db: db.fetchval(_APPEND, *arguments))
        except Exception as error:
            for each in batch:
                each.done.set_exception(error)
                # Whoever waited for it may have been cancelled.
                each.done.exception()
            return
        for each, outcome in zip(batch, outcomes, strict=True):
            each.done.set_result(outcome)


def _arguments(server: str, batch: Sequence[_Append]) -> list[Any]:
    """Give what the function ``append`` takes: a list for each column."""
    rows = [
        (number, *revision_row(each.room_id, revision)[:-1])
        for number, each in enumerate(batch, 1)
        for revision in each.revisions
    ]
    columns = [list(column) for column in zip(*rows, strict=True)]
    rooms = [each.room_id for each in batch]
    epochs = [each.epoch for each in batch]
    return [server, rooms, epochs, [each.after for each in batch], *columns]


async def _be_durable(db: Connection) -> None:
    """Let a commit wait for the disk, also where the database's default is not to."""
    await db.execute(
        "select set_config('synchronous_commit', 'on', false)"
        " where current_setting('synchronous_commit') = 'off'"
    )
