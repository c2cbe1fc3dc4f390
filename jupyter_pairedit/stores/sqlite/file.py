"""A SQLite file: opening it, group commit, and what is said of its trouble.

One thread writes and takes all that waits into one transaction; another reads. With
``synchronous=FULL`` a write that has returned is on disk.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

from sqlite_utils import Database

from ..base import StorageFailure, StoreError
from .disk import DiskReserve
from .filesystem import is_on_network
from .schema import migrate
from .worker import Job, Worker, WorkerClosed

T = TypeVar("T")
Synchronous = Literal["FULL", "NORMAL"]

_log = logging.getLogger(__name__)

_DAMAGED = "the database is damaged"
_SCHEMA_DAMAGED = (UnicodeDecodeError, KeyError)
"""What is raised over a column whose name in the schema is no longer ours, or no text.
SQLite's own errors come for nearly all that can be wrong with a file."""


class SQLiteFile:
    """Opens, and makes if need be, the database at ``path``.

    ``wait`` is how many seconds a write waits for a database that another process has
    locked; ``reserve``, how many bytes stay free on its disk. Raises ``StorageFailure``
    when the file cannot be used, saying why.
    """

    def __init__(
        self, path: Path, synchronous: Synchronous, wait: float, reserve: int = 0
    ) -> None:
        _make_private(path)
        try:
            self.database = Database(connect(path, wait))
            _set_journal(self.database.conn, path, synchronous)
            migrate(self.database)
            self._reading = Database(connect(path, wait))
        except (sqlite3.Error, OSError) as error:
            raise StorageFailure(f"cannot open {path}: {error}") from error
        except _SCHEMA_DAMAGED as error:
            raise StorageFailure(f"cannot open {path}: {_DAMAGED}") from error
        self.reserve = DiskReserve(path.parent, reserve)
        self._writer = Worker("pairedit-write", self._commit)
        self._reader = Worker("pairedit-read", _each_alone)

    async def write(self, job: Callable[[Database], T]) -> T:
        """Do a job that writes; when it returns, what it wrote is on disk.

        A job that raises a ``StoreError`` has to do so before it writes.
        """
        return await _do(self._writer, lambda: job(self.database))

    async def add(self, job: Callable[[Database], T]) -> T:
        """Write what makes the database larger, as long as the disk has space for it.

        Raises ``StorageFailure`` when it has not. Merging and deleting go on then.
        """

        def add(db: Database) -> T:
            self.reserve.check()
            return job(db)

        return await self.write(add)

    async def read(self, job: Callable[[Database], T]) -> T:
        """Do a job that only reads."""
        return await _do(self._reader, lambda: job(self._reading))

    def close(self) -> None:
        """Finish what waits, then let go of the file. May be called again."""
        self._writer.close()
        self._reader.close()
        self._reading.close()
        self.database.close()

    def _commit(self, batch: Sequence[Job[Any]]) -> None:
        """Do all that waits in one transaction, for one wait on the disk.

        A job that refuses (``StoreError``) has written nothing and harms no other; any
        other error undoes the batch, and is every job's.
        """
        connection = self.database.conn
        try:
            connection.execute("begin immediate")
            for job in batch:
                _settle(job)
            connection.execute("commit")
        except Exception as error:
            with contextlib.suppress(sqlite3.Error):
                connection.rollback()
            for job in batch:
                if not isinstance(job.outcome, StoreError):
                    job.outcome = error


def connect(path: Path, wait: float) -> sqlite3.Connection:
    """Open a connection that is used by one thread, and opened by another."""
    connection = sqlite3.connect(
        path, timeout=wait, isolation_level=None, check_same_thread=False
    )
    connection.execute("pragma foreign_keys = on")
    return connection


async def _do(worker: Worker, job: Callable[[], T]) -> T:
    try:
        return await worker.do(job)
    except sqlite3.Error as error:
        raise StorageFailure(_reason(error)) from error
    except _SCHEMA_DAMAGED as error:
        raise StorageFailure(_DAMAGED) from error
    except WorkerClosed:
        raise StorageFailure("the store is closed") from None


def _settle(job: Job[Any]) -> None:
    try:
        job.outcome = job.do()
    except StoreError as refusal:
        job.outcome = refusal


def _each_alone(batch: Sequence[Job[Any]]) -> None:
    for job in batch:
        try:
            _settle(job)
        except Exception as error:
            job.outcome = error


def _make_private(path: Path) -> None:
    """Make the folder and the file for their owner alone, and expect them to be so.

    Raises ``StorageFailure`` where others could read the rooms, or put another file in
    the place of theirs.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        file, folder = path.stat().st_mode, path.parent.stat().st_mode
    except OSError as error:
        raise StorageFailure(f"cannot open {path}: {error.strerror}") from error
    if os.name != "posix":
        return
    if file & 0o077:
        raise StorageFailure(
            f"expected a file for its owner alone (mode 600), found "
            f"{stat.S_IMODE(file):03o}: chmod 600 {path}"
        )
    # Where the sticky bit is set, as on /tmp, nobody moves the files of others.
    if folder & 0o022 and not folder & stat.S_ISVTX:
        raise StorageFailure(
            f"expected a folder that others cannot write to, found mode "
            f"{stat.S_IMODE(folder):03o}: chmod go-w {path.parent}"
        )


def _set_journal(
    connection: sqlite3.Connection, path: Path, synchronous: Synchronous
) -> None:
    wanted = "delete" if is_on_network(path) else "wal"
    mode = connection.execute(f"pragma journal_mode = {wanted}").fetchone()[0]
    if mode != "wal":
        _log.warning(
            "%s is not on a local disk: without a write-ahead log (journal mode %s) "
            "saving is slower. Set DATABASE_URL to a file on a local disk.",
            path,
            mode,
        )
    connection.execute(f"pragma synchronous = {synchronous}")


def _reason(error: sqlite3.Error) -> str:
    """Say for people what is wrong with the database."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    known = {
        sqlite3.SQLITE_FULL: "the disk is full",
        sqlite3.SQLITE_BUSY: "another program has locked the database",
        sqlite3.SQLITE_LOCKED: "another program has locked the database",
        sqlite3.SQLITE_READONLY: "the database is read-only",
        sqlite3.SQLITE_IOERR: "the disk does not answer",
        sqlite3.SQLITE_CORRUPT: _DAMAGED,
        sqlite3.SQLITE_NOTADB: "the file is not a database",
    }
    return known.get(code, f"the database says: {error}")
