"""A SQLite file with group commit.

One thread writes and commits all waiting jobs in one transaction; another one reads.
With ``synchronous=FULL`` a write has been synced to disk when it returns.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from ..base import StorageFailure, StoreError
from ..permissions import make_private
from .checkpoints import Checkpoints
from .disk import DiskReserve, is_local, is_quota_reached
from .schema import migrate
from .worker import Job, Worker, WorkerClosed

T = TypeVar("T")
Synchronous = Literal["FULL", "NORMAL"]

_log = logging.getLogger(__name__)

_DAMAGED = "the database is damaged"
_DAMAGE = ("no such column", "no such table", "Could not decode to UTF-8")
"""How messages begin that have no error code of their own and mean damage."""
_SCHEMA_DAMAGED = (UnicodeDecodeError, KeyError)
"""Raised by ``sqlite_utils`` and ``sqlite3`` for damaged names of columns. Nearly all
other damage raises ``sqlite3.Error``."""


class SQLiteFile:
    """Opens the database at ``path``, and creates it if it does not exist.

    ``wait`` is how many seconds a write waits for a database that another process has
    locked; ``reserve``, how many bytes stay free on its disk. Raises ``StorageFailure``
    when the file cannot be used.
    """

    def __init__(
        self, path: Path, synchronous: Synchronous, wait: float, reserve: int = 0
    ) -> None:
        make_private(path)
        try:
            self.connection = connect(path, wait)
            _set_journal(self.connection, path, synchronous)
            migrate(self.connection)
            self._reading = connect(path, wait)
        except (sqlite3.Error, OSError) as error:
            reason = quota_reached(error, path.parent) or error
            raise StorageFailure(f"cannot open {path}: {reason}") from error
        except _SCHEMA_DAMAGED as error:
            raise StorageFailure(f"cannot open {path}: {_DAMAGED}") from error
        self.path = path
        self.is_local = is_local(path)
        self.checkpoints = Checkpoints(path, self.connection)
        self.reserve = DiskReserve(path.parent, reserve)
        self._writer = Worker("pairedit-write", self._commit)
        self._reader = Worker("pairedit-read", _each_alone)

    async def write(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run a job that writes; return its value after the commit.

        A job that raises ``StoreError`` must do so before it writes anything.
        """
        return await _do(self._writer, lambda: job(self.connection))

    async def add(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run a job that makes the database larger.

        Raises ``StorageFailure`` when less than the reserve is free on the disk. Jobs
        that free space, such as merging and deleting, use ``write`` instead.
        """

        def add(connection: sqlite3.Connection) -> T:
            self.reserve.check()
            return job(connection)

        return await self.write(add)

    async def inspect(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run a job on the writing connection, outside of a transaction."""
        return await _do(self._writer, _Inspection(lambda: job(self.connection)))

    async def read(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run a job that only reads."""
        return await _do(self._reader, lambda: job(self._reading))

    def close(self) -> None:
        """Finish the jobs that wait, then close the file. May be called again."""
        self._writer.close()
        self._reader.close()
        self.checkpoints.close()
        self._reading.close()
        self.connection.close()

    def _commit(self, batch: Sequence[Job[Any]]) -> None:
        """Run all waiting jobs in one transaction, to sync the disk once.

        A job that raises ``StoreError`` has written nothing and leaves the others
        alone. An error of the disk or of the lock rolls back the batch and is the
        outcome of every job. After any other error, each job runs again in a
        transaction of its own, so that only the job that caused it fails.
        """
        inspections = [job for job in batch if isinstance(job.do, _Inspection)]
        _each_alone(inspections)
        batch = [job for job in batch if job not in inspections]
        if not batch:
            return
        error = self._run_together(batch)
        if error is None:
            return
        if len(batch) > 1 and not _concerns_all(error):
            for job in batch:
                self._commit([job])
            return
        failure = quota_reached(error, self.path.parent) or error
        for job in batch:
            if not isinstance(job.outcome, StoreError):
                job.outcome = failure

    def _run_together(self, batch: Sequence[Job[Any]]) -> Exception | None:
        """Run jobs in one transaction; return the error that has rolled it back."""
        connection = self.connection
        try:
            connection.execute("begin immediate")
            for job in batch:
                _settle(job)
            connection.execute("commit")
            self.checkpoints.committed()
        except Exception as error:
            with contextlib.suppress(sqlite3.Error):
                connection.rollback()
            return error
        return None


class _Inspection(Generic[T]):
    """A job that needs no transaction."""

    def __init__(self, do: Callable[[], T]) -> None:
        self._do = do

    def __call__(self) -> T:
        return self._do()


def connect(path: Path, wait: float) -> sqlite3.Connection:
    """Open a connection in one thread for use by another."""
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


def _set_journal(
    connection: sqlite3.Connection, path: Path, synchronous: Synchronous
) -> None:
    local = is_local(path)
    wanted = "wal" if local else "delete"
    mode = connection.execute(f"pragma journal_mode = {wanted}").fetchone()[0]
    if not local or mode != "wal":
        _log.warning(
            "%s is not on a disk that is known to be local: without a write-ahead log "
            "(journal mode %s) saving is slower. Name a file on a local disk in "
            "PAIREDIT_DATABASE_URL.",
            path,
            mode,
        )
    connection.execute(f"pragma synchronous = {synchronous}")


def quota_reached(error: Exception, folder: Path) -> StorageFailure | None:
    """Return what is wrong where SQLite's "disk I/O error" stands for a quota."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_IOERR and is_quota_reached(folder):
        return StorageFailure(
            "the disk quota of this user is used up: delete something, or ask for more"
        )
    return None


def _reason(error: sqlite3.Error) -> str:
    """Return what is wrong as a clause for users."""
    if str(error).startswith(_DAMAGE):
        return _DAMAGED
    known = {
        sqlite3.SQLITE_FULL: "the disk is full",
        sqlite3.SQLITE_BUSY: "another program has locked the database",
        sqlite3.SQLITE_LOCKED: "another program has locked the database",
        sqlite3.SQLITE_READONLY: "the database is read-only",
        sqlite3.SQLITE_IOERR: "the disk does not answer",
        sqlite3.SQLITE_CORRUPT: _DAMAGED,
        sqlite3.SQLITE_NOTADB: "the file is not a database",
    }
    return known.get(_code_of(error), f"the database says: {error}")


def _concerns_all(error: Exception) -> bool:
    """Return whether every job fails while the cause of an error lasts."""
    return _code_of(error) in {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_NOTADB,
    }


def _code_of(error: Exception) -> int:
    """Return the primary result code of SQLite; 0 for an error of something else."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF
