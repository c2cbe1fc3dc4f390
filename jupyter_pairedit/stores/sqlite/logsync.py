"""Syncing the write-ahead log in a thread of its own.

SQLite commits with ``synchronous=NORMAL``: a commit is in the log file when it returns,
where it survives the end of the process, but not a loss of power. One sync then covers
all commits that were made before it began, of all rooms.

Checkpoints keep this true. Before SQLite copies pages into the database it syncs the
log, and before it writes over the log from the start it syncs the database. So at any
time, what an earlier sync has covered is on the disk in one of the two files. After a
loss of power SQLite reads the log up to the first frame whose checksum is wrong, and
the checksums are cumulative: what is found is what was committed up to some moment.
What SQLite cuts off a long log (``database.LOG_LIMIT``) is behind the first commit of
the log that it has begun again, so it is in the synced database; the file stays the
same one, and a cut that does not reach the disk leaves frames with another salt.

The connection that writes makes them, after commits, so that none is made once a sync
is known to have failed: a checkpoint does not look at the checksums of what it copies,
and may copy what the system has discarded. A thread of its own for them
(``checkpoints``) would not learn of the failure in time. And SQLite, which makes them
within commits, does not tell of a sync of its own that fails, and would copy the log
the next time.

The log is the only file of the database that may be opened beside SQLite. POSIX locks
belong to a process and a file, and SQLite has locks on the database and on ``-shm``:
closing any other descriptor of these would drop them (SQLite, "How To Corrupt", 2.2).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..errors import StorageFailure
from .worker import Job, Worker, WorkerClosed


class LogSync:
    """Syncs the log of the database at ``path``, which has to exist.

    After an error nothing is synced any more: the system may have discarded what it
    could not write, and would report success the next time. A file beside the database
    keeps the failure beyond the end of the process, until ``recovered``. It is not
    synced: after a loss of power the table ``run`` says the same, see ``runs``.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = os.open(log_of(path), os.O_RDONLY)
        self.failure: StorageFailure | None = None
        """Why nothing is synced any more."""
        self._worker = Worker("pairedit-sync", self._run)

    async def wait(self) -> None:
        """Wait until all that was committed before the call is on the disk.

        Raises ``StorageFailure`` if that is not known.
        """
        try:
            await self._worker.do(_nothing)
        except WorkerClosed:
            raise StorageFailure("the store is closed") from None

    @property
    def is_working(self) -> bool:
        """Whether it is open, and no sync has failed."""
        return self._file >= 0 and self.failure is None

    def sync(self) -> None:
        """Sync in the calling thread. Raises ``StorageFailure``."""
        if self.failure is None:
            try:
                sync_file(self._file)
                if not os.fstat(self._file).st_nlink:
                    raise FileNotFoundError(0, "the write-ahead log was deleted")
            except OSError as error:
                self.fail(error.strerror)
        if self.failure is not None:
            raise self.failure

    def fail(self, reason: str | None) -> None:
        """Sync nothing any more: a sync has failed, here or in SQLite."""
        self.failure = StorageFailure(
            f"the disk has not confirmed what was written: {reason}"
        )
        with contextlib.suppress(OSError):
            _mark_of(self._path).touch(0o600)

    def finish(self) -> None:
        """Finish the syncs that are waited for, and take no more. May be called again.

        It can still ``sync`` in the calling thread.
        """
        self._worker.close()

    def close(self) -> None:
        """Finish, and close the file. May be called again."""
        self.finish()
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _run(self, batch: Sequence[Job[Any]]) -> None:
        try:
            self.sync()
        except StorageFailure as failure:
            for job in batch:
                job.outcome = failure


def log_of(path: Path) -> Path:
    """Return the path of a database's write-ahead log."""
    return path.with_name(path.name + "-wal")


def has_failed(path: Path) -> bool:
    """Return whether a sync has failed, and the log was not read anew since."""
    return _mark_of(path).exists()


def recovered(path: Path) -> None:
    """Forget the failure: the log was read anew."""
    _mark_of(path).unlink(missing_ok=True)


def _mark_of(path: Path) -> Path:
    return path.with_name(path.name + "-unsynced")


def sync_file(descriptor: int) -> None:
    """Wait until a file is on the disk. Raises ``OSError``."""
    # ``fdatasync`` leaves out times of change. Not all systems have it.
    getattr(os, "fdatasync", os.fsync)(descriptor)


def _nothing() -> None:
    """Do nothing: a job that waits for the others."""
