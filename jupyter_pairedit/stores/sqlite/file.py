"""A SQLite file with group commit.

One thread writes and commits all waiting jobs in one transaction; another one reads; a
third one syncs what was committed, see ``logsync``.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar

from ..base import Durability
from ..errors import StorageFailure, StoreError
from ..permissions import make_private
from .database import Database
from .disk import DiskReserve, is_local
from .errors import (
    DAMAGED,
    SCHEMA_DAMAGED,
    concerns_all,
    quota_reached,
    reason_of,
)
from .logsync import has_failed
from .servers import ServerLock
from .stamps import Stamp, stamp_of
from .worker import Job, Worker, WorkerClosed

T = TypeVar("T")


class SQLiteFile:
    """Opens the database at ``path``, and creates it if it does not exist.

    ``wait`` is how many seconds a write waits for a database that another process has
    locked; ``reserve``, how many bytes stay free on its disk; ``server``, the id of
    this server. Raises ``StorageFailure`` when the file cannot be used.
    """

    def __init__(
        self,
        path: Path,
        durability: Durability,
        wait: float,
        reserve: int = 0,
        server: str = "this",
    ) -> None:
        make_private(path)
        self.path = path
        self.is_local = is_local(path)
        self.lock = ServerLock(path, server)
        # Locks on network disks are not reliable.
        if self.is_local:
            self.lock.acquire()
        try:
            opened = Database.again if has_failed(path) else Database
            self._database = opened(path, wait, self.lock, durability)
        except (sqlite3.Error, OSError, StorageFailure, *SCHEMA_DAMAGED) as error:
            self.lock.release()
            raise self._unusable(error) from error
        self.durability = self._database.durability
        self.renewals = 0
        """How often the connections were replaced, see ``Store.renewals``."""
        self.reserve = DiskReserve(path.parent, reserve)
        self._wait = wait
        self._guard = threading.Lock()
        """Held by the reading thread while it reads, and while connections change."""
        self._writer = Worker("pairedit-write", self._commit)
        self._reader = Worker("pairedit-read", self._read)

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection that writes, for the writing thread."""
        return self._database.writing

    def _unusable(self, error: Exception) -> StorageFailure:
        if isinstance(error, StorageFailure):
            return error
        reason = quota_reached(error, self.path.parent) or error
        if isinstance(error, SCHEMA_DAMAGED):
            reason = StorageFailure(DAMAGED)
        return StorageFailure(f"cannot open {self.path}: {reason}")

    async def write(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run a job that writes; return its value when it is on the disk.

        A job that raises ``StoreError`` must do so before it writes anything. The error
        may be the answer to what others have just written, so that it waits as well.
        """
        used = self._database

        def noted(connection: sqlite3.Connection) -> T:
            nonlocal used
            used = self._database
            return job(connection)

        try:
            value = await self.commit(noted)
        except StorageFailure:
            raise
        except StoreError:
            await used.synced()
            raise
        # Not those that may have replaced it after a failed sync.
        await used.synced()
        return value

    async def add(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run a job that makes the database larger; return as ``write`` does.

        Raises ``StorageFailure`` when less than the reserve is free on the disk. Jobs
        that free space, such as merging and deleting, use ``write`` instead.
        """
        return await self.write(self._within_reserve(job))

    async def append(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run a job as ``add`` does; return when it is committed, see ``synced``."""
        return await self.commit(self._within_reserve(job))

    async def commit(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run a job that writes; return its value after the commit."""
        return await _do(self._writer, lambda: job(self.connection))

    async def synced(self) -> None:
        """Wait until all that was committed before the call is on the disk.

        Raises ``StorageFailure`` if that is not known. See ``renewals``.
        """
        await self._database.synced()

    def _within_reserve(
        self, job: Callable[[sqlite3.Connection], T]
    ) -> Callable[[sqlite3.Connection], T]:
        def add(connection: sqlite3.Connection) -> T:
            self.reserve.check()
            return job(connection)

        return add

    async def inspect(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run a job on the writing connection, outside of a transaction."""
        return await _do(self._writer, _Inspection(lambda: job(self.connection)))

    async def read(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Run a job that only reads."""
        if self._sync_failed:
            # The writing thread connects anew before it does anything.
            await self.inspect(lambda _: None)
        return await _do(self._reader, lambda: job(self._database.reading))

    def stamp(self) -> Stamp | None:
        """Return what differs after a commit of any process.

        None where that is not certain: without locks, as on network disks, which may
        show old times of files, and while the connections have to be replaced.
        """
        if not self.lock.is_held or self._sync_failed:
            return None
        return stamp_of(self.path, self.renewals)

    def close(self) -> None:
        """Finish the jobs that wait, then close the file. May be called again."""
        self._writer.close()
        self._reader.close()
        self._database.close()
        self.lock.release()

    @property
    def _sync_failed(self) -> bool:
        log = self._database.log
        return log is not None and log.failure is not None

    def _read(self, batch: Sequence[Job[Any]]) -> None:
        with self._guard:
            _each_alone(batch)

    def _connect_anew(self) -> None:
        """Replace the connections after a failed sync. Raises ``StorageFailure``."""
        with self._guard:
            before = self._database
            try:
                before.discard()
                self.renewals += 1
                self._database = Database.again(
                    self.path, self._wait, self.lock, self.durability
                )
            except (sqlite3.Error, OSError, *SCHEMA_DAMAGED) as error:
                raise self._unusable(error) from error

    def _commit(self, batch: Sequence[Job[Any]]) -> None:
        """Run all waiting jobs in one transaction, to sync the disk once.

        A job that raises ``StoreError`` has written nothing and leaves the others
        alone. An error of the disk or of the lock rolls back the batch and is the
        outcome of every job. After any other error, each job runs again in a
        transaction of its own, so that only the job that caused it fails.
        """
        if self._sync_failed:
            try:
                self._connect_anew()
            except StorageFailure as unusable:
                for job in batch:
                    job.outcome = unusable
                return
        inspections = [job for job in batch if isinstance(job.do, _Inspection)]
        _each_alone(inspections)
        batch = [job for job in batch if job not in inspections]
        if not batch:
            return
        error = self._run_together(batch)
        if error is None:
            return
        if len(batch) > 1 and not concerns_all(error):
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
            self._database.committed()
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


async def _do(worker: Worker, job: Callable[[], T]) -> T:
    try:
        return await worker.do(job)
    except sqlite3.Error as error:
        raise StorageFailure(reason_of(error)) from error
    except SCHEMA_DAMAGED as error:
        raise StorageFailure(DAMAGED) from error
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
