"""Notices of changes that other servers make to the same SQLite file."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Awaitable, Callable, Collection

from ..base import StorageFailure
from ..peers import EVERYTHING, Notice
from ..sql.peers import SQLPeers
from .driver import SQLiteDriver
from .file import SQLiteFile

_INTERVAL = 0.1
"""Seconds between two checks whether another server has changed the file."""
_ALONE = 1.0
"""The same while no other server has the file open."""

Sleep = Callable[[float], Awaitable[None]]


class SQLitePeers(SQLPeers):
    """Polls the file for changes by other connections."""

    def __init__(self, file: SQLiteFile, sleep: Sleep = asyncio.sleep) -> None:
        self._lock = file.lock
        super().__init__(SQLiteDriver(file), file.lock.server, file.lock.alive)
        self._file = file
        self._sleep = sleep
        self._seen: int | None = None

    async def wait(
        self, needed: Callable[[], bool] = lambda: True
    ) -> Collection[Notice]:
        """Wait for a change by another connection; see ``PeerStore.wait``.

        SQLite does not tell what has changed, so that this returns ``EVERYTHING``.
        """
        while needed():
            # Before the check, because the caller has just handled the last one.
            await self._sleep(_ALONE if self.alone else _INTERVAL)
            with contextlib.suppress(StorageFailure):
                found = await self._file.inspect(_data_version)
                if found != self._seen:
                    self._seen = found
                    return [EVERYTHING]
        return []


def _data_version(connection: sqlite3.Connection) -> int:
    """Return a number that changes when another connection commits.

    To be called on the writing connection, whose own commits leave it unchanged.
    """
    (found,) = connection.execute("pragma data_version").fetchone()
    version: int = found
    return version
