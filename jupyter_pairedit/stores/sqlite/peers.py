"""Notices of changes that other servers make to the same SQLite file."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Collection

from ..base import StorageFailure
from ..peers import EVERYTHING, Notice
from ..sql.peers import SQLPeers
from .driver import SQLiteDriver
from .file import SQLiteFile

_INTERVAL = 0.1
"""Seconds between two checks whether the file has changed."""


class SQLitePeers(SQLPeers):
    """Polls the file for changes by other connections."""

    def __init__(self, file: SQLiteFile, server: str) -> None:
        super().__init__(SQLiteDriver(file), server)
        self._file = file
        self._seen: int | None = None

    async def wait(self) -> Collection[Notice]:
        """Wait for a change by another connection; see ``PeerStore.wait``.

        SQLite does not tell what has changed, so that this returns ``EVERYTHING``.
        """
        while True:
            # Before the check, because the caller has just handled the last one.
            await asyncio.sleep(_INTERVAL)
            with contextlib.suppress(StorageFailure):
                found = await self._file.write(_data_version)
                if found != self._seen:
                    self._seen = found
                    return [EVERYTHING]


def _data_version(connection: sqlite3.Connection) -> int:
    """Return a number that changes when another connection commits.

    To be called on the writing connection, whose own commits leave it unchanged.
    """
    (found,) = connection.execute("pragma data_version").fetchone()
    version: int = found
    return version
