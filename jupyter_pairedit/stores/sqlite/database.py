"""The connections to a database file, and how its commits get to the disk."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from pathlib import Path

from ..base import Durability
from ..errors import StorageFailure
from ..permissions import sync_folder
from .checkpoints import Checkpoints, Due
from .disk import is_local
from .logsync import LogSync, recovered
from .runs import begin_run, boot_id, change_epochs, end_run
from .schema import migrate
from .servers import ServerLock

_log = logging.getLogger(__name__)

LOG_LIMIT = 64 * 1024 * 1024
"""Bytes to which SQLite cuts a longer log when it begins it again: a large write, or a
reader that holds up checkpoints, would leave it as large until the server stops."""


class Database:
    """One connection that writes and one that reads.

    ``wait`` is how many seconds a write waits for a database that another process has
    locked. Raises ``sqlite3.Error``, ``OSError`` and ``StorageFailure``.
    """

    def __init__(
        self, path: Path, wait: float, lock: ServerLock, durability: Durability
    ) -> None:
        self.log: LogSync | None = None
        """Syncs commits after they have returned. None if they wait for the disk."""
        self._path = path
        self._lock = lock
        self._checkpoints: Checkpoints | None = None
        """Makes checkpoints apart from commits. If these do not wait for the disk, they
        are made after commits, when ``_due``; see ``logsync``."""
        self._due = Due(path)
        self._open = contextlib.ExitStack()
        try:
            self.durability = self._connect(wait, durability)
        except BaseException:
            self._release()
            raise

    def _connect(self, wait: float, durability: Durability) -> Durability:
        """Open everything; return the durability that is had."""
        path, lock, opened = self._path, self._lock, self._open
        self.writing = opened.enter_context(closing(path, wait))
        if not _has_log(self.writing, path) or lock.alive() is None:
            durability = "disk"
        full = "FULL" if durability == "disk" else "NORMAL"
        self.writing.execute(f"pragma synchronous = {full}")
        if durability != "disk":
            self.writing.execute("pragma wal_autocheckpoint = 0")
        self.writing.execute(f"pragma journal_size_limit = {LOG_LIMIT}")
        migrate(self.writing)
        self.reading = opened.enter_context(closing(path, wait))
        server = None if durability == "disk" else lock.server
        begin_run(self.writing, self._alive, server, boot_id())
        if durability == "disk":
            self._checkpoints = Checkpoints(path, self.writing)
            opened.callback(self._checkpoints.close)
        else:
            self.log = LogSync(path)
            opened.callback(self.log.close)
            self.log.sync()
            # SQLite has not synced the new log, so it has not synced this either.
            sync_folder(path.parent)
        return durability

    @classmethod
    def again(
        cls, path: Path, wait: float, lock: ServerLock, durability: Durability
    ) -> Database:
        """Open a database again after a sync of its log has failed.

        What was committed since the last sync may be on the disk or not. What can be
        read of it is copied into the database, as a log must not go on after a gap; and
        all rooms get a new epoch. Raises as ``Database`` does.
        """
        database = cls(path, wait, lock, durability)
        try:
            database._empty_log()
            with database.writing:
                database.writing.execute("begin immediate")
                change_epochs(database.writing)
            if database.log is not None:
                database.log.sync()
            recovered(path)
        except BaseException:
            database.discard()
            raise
        return database

    def _empty_log(self) -> None:
        """Copy the log into the database, sync that, and begin the log anew."""
        mode = "pragma wal_checkpoint(truncate)"
        if self.writing.execute(mode).fetchone()[0]:
            raise StorageFailure("another program reads the database all the time")

    def committed(self) -> None:
        """Count a commit. To be called after each one, in the thread that writes."""
        if self._checkpoints is not None:
            self._checkpoints.committed()
        elif self.log is not None and self._due.committed() and self.log.is_working:
            self._checkpoint(self.log)

    def _checkpoint(self, log: LogSync) -> None:
        """Copy the log into the database. A sync that fails in it is one of the log."""
        try:
            self.writing.execute("pragma wal_checkpoint(passive)").fetchone()
        except sqlite3.Error as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_IOERR_FSYNC:
                log.fail(str(error))
            _log.debug("No checkpoint was made: %s.", error)

    async def synced(self) -> None:
        """Wait until all that it has committed before the call is on the disk.

        Raises ``StorageFailure`` if that is not known.
        """
        if self.log is not None:
            await self.log.wait()

    def discard(self) -> None:
        """Close everything, and let the next connection read the log file anew.

        The last connection that is closed would copy the log into the database without
        a look at its checksums. One that cannot write does not.
        """
        uri = f"{self._path.absolute().as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as last:
            with contextlib.suppress(sqlite3.Error):
                last.execute("select count(*) from run").fetchone()
            self._open.close()

    def close(self) -> None:
        """Mark the run as ended well, and close everything. May be called again.

        If a sync has failed, or fails now, the next start reads the log anew and gives
        all rooms a new epoch.
        """
        if self.log is not None:
            # One that is under way may fail.
            self.log.finish()
            if self.log.is_working:
                # Without the mark, rooms get a new epoch when the machine has started.
                with contextlib.suppress(sqlite3.Error, StorageFailure):
                    end_run(self.writing, self._alive, self._lock.server)
                    self.log.sync()
        self._release()

    def _release(self) -> None:
        if self.log is None or self.log.failure is None:
            self._open.close()
            return
        try:
            self.discard()
        except sqlite3.Error as error:
            _log.warning("%s stays open until the process ends: %s.", self._path, error)

    def _alive(self) -> list[str]:
        return self._lock.alive() or []


def closing(path: Path, wait: float) -> contextlib.closing[sqlite3.Connection]:
    """Return a new connection that is closed at the end of a block."""
    return contextlib.closing(connect(path, wait))


def connect(path: Path, wait: float) -> sqlite3.Connection:
    """Open a connection in one thread for use by another."""
    connection = sqlite3.connect(
        path, timeout=wait, isolation_level=None, check_same_thread=False
    )
    connection.execute("pragma foreign_keys = on")
    return connection


def _has_log(connection: sqlite3.Connection, path: Path) -> bool:
    """Set the journal mode; return whether there is a write-ahead log."""
    local = is_local(path)
    wanted = "wal" if local else "delete"
    mode = connection.execute(f"pragma journal_mode = {wanted}").fetchone()[0]
    if local and mode == "wal":
        return True
    _log.warning(
        "%s is not on a disk that is known to be local: without a write-ahead log "
        "(journal mode %s) saving is slower, and nobody sees a change before it is on "
        "the disk. Name a file on a local disk in PAIREDIT_DATABASE_URL.",
        path,
        mode,
    )
    return False
