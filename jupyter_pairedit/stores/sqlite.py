"""Rooms in a SQLite file: the default store.

One thread writes and takes all appends that wait into one transaction (group commit);
another reads. With ``synchronous=FULL`` an append that has returned is on disk.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

from sqlite_utils import Database

from ..core.changes import ChangeSet
from ..core.revisions import Revision, first_digest, seal
from .base import (
    RoomNotFound,
    RoomRecord,
    RoomSummary,
    StorageFailure,
    Stored,
    StoreError,
    VersionConflict,
)
from .filesystem import is_on_network
from .loading import DAMAGED, Snapshot, put_together
from .sqlite_schema import migrate
from .worker import Job, Worker, WorkerClosed

T = TypeVar("T")
Synchronous = Literal["FULL", "NORMAL"]

_log = logging.getLogger(__name__)
_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

_LIST = """
select room.*, coalesce(last.version, 0) as version,
       coalesce(last.at, room.created_at) as changed_at
from room left join revision as last
  on last.room = room.id
 and last.version = (select max(version) from revision where room = room.id)
order by changed_at desc, room.id
"""
_HEAD = """
select coalesce(
  (select max(version) from revision where room = :room),
  (select 0 from room where id = :room)
)
"""
_NEWEST = 2**62
_SNAPSHOTS = """
select version, code, seal from snapshot
where room = ? and version <= ? order by version desc
"""
_SNAPSHOTS_KEPT = 16
_THIN = """
delete from snapshot where room = :room and version in (
  select version from (
    select version, row_number() over (order by version) as number,
           count(*) over () as kept, max(version) over () as newest
    from snapshot where room = :room
  ) where kept > :most and number % 2 = 0 and version <> newest
)
"""
_READ = "select * from revision where room = ? and version > ? order by version limit ?"
_APPEND = "insert into revision values (?, ?, ?, ?, ?, ?, ?, ?)"


class SQLiteStore:
    """Opens, and makes if need be, the database at ``path``.

    ``wait`` is how many seconds a write waits for a database that another process has
    locked. Raises ``StorageFailure`` when the file cannot be used, saying why.
    """

    name = "sqlite"

    def __init__(
        self, path: Path, *, synchronous: Synchronous = "FULL", wait: float = 2.0
    ) -> None:
        _make_private(path)
        try:
            self._database = Database(_connect(path, wait))
            _set_journal(self._database.conn, path, synchronous)
            migrate(self._database)
            self._read = Database(_connect(path, wait))
        except (sqlite3.Error, OSError) as error:
            raise StorageFailure(f"cannot open {path}: {error}") from error
        self._writer = Worker("pairedit-write", self._commit)
        self._reader = Worker("pairedit-read", _each_alone)

    async def create(self, record: RoomRecord, code: str) -> bool:
        """See ``Store.create``."""

        def create() -> bool:
            added = self._database.execute(
                "insert or ignore into room values (?, ?, ?, ?, ?, ?, ?, ?)",
                _record_row(record),
            ).rowcount
            if added:
                sealed = seal(first_digest(record.epoch), code)
                self._database.execute(
                    "insert into snapshot values (?, 0, ?, ?)",
                    [record.room_id, code, sealed],
                )
            return bool(added)

        return await self._do(self._writer, create)

    async def rooms(self) -> list[RoomSummary]:
        """See ``Store.rooms``."""

        def rooms() -> list[RoomSummary]:
            return [
                RoomSummary(_record(row), row["version"], row["changed_at"])
                for row in self._read.query(_LIST)
            ]

        return await self._do(self._reader, rooms)

    async def delete(self, room_id: str) -> None:
        """See ``Store.delete``."""

        def delete() -> None:
            if not self._database["room"].count_where("id = ?", [room_id]):
                raise RoomNotFound(room_id)
            self._database.execute("delete from room where id = ?", [room_id])

        await self._do(self._writer, delete)

    async def load(self, room_id: str, at: int | None = None) -> Stored:
        """See ``Store.load``."""
        last = _NEWEST if at is None else at

        def load() -> Stored:
            # One read transaction, or a snapshot could be newer than the log.
            with self._read.atomic():
                rooms = list(self._read["room"].rows_where("id = ?", [room_id]))
                if not rooms:
                    raise RoomNotFound(room_id)
                rows = self._read.conn.execute(_SNAPSHOTS, (room_id, last))
                return put_together(
                    _record(rooms[0]),
                    (Snapshot(*row) for row in rows),
                    lambda first: self._revisions(
                        room_id, max(first - 1, 0), last - max(first - 1, 0)
                    ),
                )

        return await self._do(self._reader, load)

    async def append(
        self, room_id: str, after: int, revisions: Sequence[Revision]
    ) -> None:
        """See ``Store.append``."""
        rows = [_revision_row(room_id, revision) for revision in revisions]

        def append() -> None:
            connection = self._database.conn
            head = connection.execute(_HEAD, {"room": room_id}).fetchone()[0]
            if head is None:
                raise RoomNotFound(room_id)
            if head != after:
                raise VersionConflict(after, head)
            connection.executemany(_APPEND, rows)

        await self._do(self._writer, append)

    async def revisions(self, room_id: str, after: int, limit: int) -> list[Revision]:
        """See ``Store.revisions``."""
        return await self._do(
            self._reader, lambda: self._revisions(room_id, after, limit)
        )

    async def snapshot(
        self, room_id: str, version: int, digest: str, code: str
    ) -> None:
        """See ``Store.snapshot``. Of many, every second one is dropped."""
        sealed = seal(digest, code)

        def snapshot() -> None:
            connection = self._database.conn
            connection.execute(
                "insert or ignore into snapshot"
                " select ?, ?, ?, ? where exists (select 1 from room where id = ?)",
                [room_id, version, code, sealed, room_id],
            )
            connection.execute(_THIN, {"room": room_id, "most": _SNAPSHOTS_KEPT})

        await self._do(self._writer, snapshot)

    async def close(self) -> None:
        """See ``Store.close``."""
        self._writer.close()
        self._reader.close()
        self._read.close()
        self._database.close()

    def _revisions(self, room_id: str, after: int, limit: int) -> list[Revision]:
        rows = self._read.conn.execute(_READ, (room_id, after, limit))
        return [_revision(row) for row in rows]

    def _commit(self, batch: Sequence[Job[Any]]) -> None:
        """Do all that waits in one transaction, for one wait on the disk.

        A job that refuses (``StoreError``) has written nothing and harms no other; any
        other error undoes the batch, and is every job's.
        """
        connection = self._database.conn
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

    @staticmethod
    async def _do(worker: Worker, job: Callable[[], T]) -> T:
        try:
            return await worker.do(job)
        except sqlite3.Error as error:
            raise StorageFailure(_reason(error)) from error
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


def _connect(path: Path, wait: float) -> sqlite3.Connection:
    # Each connection is used by one thread, but opened and closed by another.
    connection = sqlite3.connect(
        path, timeout=wait, isolation_level=None, check_same_thread=False
    )
    connection.execute("pragma foreign_keys = on")
    return connection


def _make_private(path: Path) -> None:
    """Make the folder and the file for their owner alone, where they are new."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StorageFailure(f"cannot open {path}: {error.strerror}") from error


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
        sqlite3.SQLITE_CORRUPT: "the database is damaged",
        sqlite3.SQLITE_NOTADB: "the file is not a database",
    }
    return known.get(code, f"the database says: {error}")


def _record_row(record: RoomRecord) -> tuple[object, ...]:
    return (
        record.room_id,
        record.epoch,
        record.secret,
        record.title,
        record.language,
        record.limit,
        record.author,
        record.created_at,
    )


def _record(row: dict[str, Any]) -> RoomRecord:
    return RoomRecord(
        room_id=row["id"],
        epoch=row["epoch"],
        secret=row["secret"],
        title=row["title"],
        language=row["language"],
        limit=row["people"],
        author=row["author"],
        created_at=row["created_at"],
    )


def _revision_row(room_id: str, revision: Revision) -> tuple[object, ...]:
    changes = _to_json(revision.changes.to_json())
    return (
        room_id,
        revision.version,
        revision.kind,
        revision.client_id,
        revision.author,
        revision.at,
        changes,
        revision.digest,
    )


def _revision(row: Sequence[Any]) -> Revision:
    _, version, kind, client_id, author, at, json_text, digest = row
    try:
        changes = ChangeSet.from_json(json.loads(json_text))
    except (ValueError, TypeError):
        changes = DAMAGED
    return Revision(version, kind, client_id, author, at, changes, digest)
