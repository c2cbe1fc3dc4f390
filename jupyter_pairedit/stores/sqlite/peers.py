"""Notices of changes that other servers make to the same SQLite file."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Awaitable, Callable, Collection

from ..errors import StorageFailure
from ..peers import EVERYTHING, Notice
from ..sql.operation import Driver
from ..sql.peers import SQLPeers
from .file import SQLiteFile
from .stamps import Stamp

_INTERVAL = 0.1
"""Seconds between two checks whether another server has changed the file."""
_ALONE = 1.0
"""The same while no other server has the file open."""

_TICK = 2.5
"""Seconds; the coarsest clock of a file system counts in steps of two."""

Sleep = Callable[[float], Awaitable[None]]


class SQLitePeers(SQLPeers):
    """Polls the file for changes by other connections."""

    def __init__(
        self, driver: Driver, file: SQLiteFile, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._lock = file.lock
        super().__init__(driver, file.lock.server, file.lock.alive)
        self._file = file
        self._sleep = sleep
        self._seen: int | None = None
        self._stamp: Stamp | None = None
        """What the files of the database were like when it was last asked."""
        self._stable = 0.0
        """Seconds of sleep since they were first seen like that."""

    async def wait(
        self, needed: Callable[[], bool] = lambda: True
    ) -> Collection[Notice]:
        """Wait for a change by another connection; see ``PeerStore.wait``.

        SQLite does not tell what has changed, so that this returns ``EVERYTHING``.
        """
        while needed():
            # Before the check, because the caller has just handled the last one.
            interval = _ALONE if self.alone else _INTERVAL
            await self._sleep(interval)
            self._stable += interval
            with contextlib.suppress(StorageFailure):
                if await self._has_changed():
                    return [EVERYTHING]
        return []

    async def _has_changed(self) -> bool:
        """Return whether another connection has committed since this was last true.

        The database is asked only while its files change, and for ``_TICK`` seconds
        more: two commits within one tick of a file system's clock may look the same.
        """
        stamp = self._file.stamp()
        if stamp is None or stamp != self._stamp:
            self._stable = 0.0
        elif self._stable > _TICK:
            return False
        self._stamp = None  # If the database cannot be asked, it is asked again.
        found = await self._file.inspect(_data_version)
        self._stamp = stamp
        before, self._seen = self._seen, found
        return found != before


def _data_version(connection: sqlite3.Connection) -> int:
    """Return a number that changes when another connection commits.

    To be called on the writing connection, whose own commits leave it unchanged.
    """
    (found,) = connection.execute("pragma data_version").fetchone()
    version: int = found
    return version
