"""Checkpoints of a SQLite file, apart from its commits.

A checkpoint copies the write-ahead log into the database and waits for the disk twice.
SQLite makes one within a commit when the log has 1,000 pages; all that wait for the
next commit wait for it as well. Here a thread makes them, on a connection that lasts as
long as the checkpoint; commits go on meanwhile. SQLite's own comes back when a log is
so long that the thread is too slow for it, or when the thread fails.

Only for a database whose commits wait for the disk. If they do not, there is little to
wait for, and checkpoints have to stop when a sync of the log fails; see ``logsync``.
``Due`` says for both when one is due.

Up to 3.51.2, SQLite can lose commits when one connection makes a checkpoint while
another one begins the log again (https://sqlite.org/wal.html#walresetbug). With such a
library there is no thread: SQLite makes all checkpoints on the connection that writes.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

_log = logging.getLogger(__name__)

COMMITS = 250
"""Commits between two checkpoints: about 1,000 pages of single keys."""
GROWTH = 4 * 1024 * 1024
"""Bytes by which the log may grow until the next checkpoint."""
_OWN = 4_000
"""Pages of the log at which SQLite makes a checkpoint within a commit."""


def resets_log_safely(version: Sequence[int]) -> bool:
    """Return whether a version of SQLite, such as (3, 51, 3), has that fault mended."""
    major, minor, patch = version
    mended = {44: 6, 50: 7, 51: 3}
    return major > 3 or minor > 51 or patch >= mended.get(minor, patch + 1)


class Due:
    """Says when the log of the database at ``path`` is to be copied.

    What an earlier run has left counts as growth.
    """

    def __init__(self, path: Path) -> None:
        self._log_path = f"{path}-wal"
        self._commits = self._size = 0

    def committed(self) -> bool:
        """Count a commit; return whether a checkpoint is due."""
        self._commits += 1
        # SQLite begins the log again from the front, and may cut off its end then.
        size = self._log_size()
        self._size = min(self._size, size)
        if self._commits < COMMITS and size - self._size < GROWTH:
            return False
        self._commits, self._size = 0, size
        return True

    def _log_size(self) -> int:
        with contextlib.suppress(OSError):
            return os.stat(self._log_path).st_size
        return 0


class Checkpoints:
    """Makes checkpoints of the database at ``path`` while ``connection`` writes to it.

    Does nothing if the database has no write-ahead log, or SQLite is too old.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._counted = Due(path)
        self._due = threading.Event()
        self._closed = False
        self._thread: threading.Thread | None = None
        (mode,) = connection.execute("pragma journal_mode").fetchone()
        if mode == "wal" and resets_log_safely(sqlite3.sqlite_version_info):
            connection.execute(f"pragma wal_autocheckpoint = {_OWN}")
            self._thread = threading.Thread(
                target=self._work, name="pairedit-checkpoint", daemon=True
            )
            self._thread.start()

    def committed(self) -> None:
        """Count a commit. To be called after each one, in the thread that writes."""
        if self._counted.committed():
            self._due.set()

    def close(self) -> None:
        """Make no more checkpoints. May be called again."""
        self._closed = True
        self._due.set()
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        while True:
            self._due.wait()
            self._due.clear()
            if self._closed:
                return
            try:
                self._checkpoint()
            except sqlite3.Error as error:
                _log.debug("No checkpoint was made: %s.", error)

    def _checkpoint(self) -> None:
        with contextlib.closing(sqlite3.connect(self._path)) as connection:
            # Passive: it waits for nobody, and nobody for it.
            connection.execute("pragma wal_checkpoint(passive)")
