"""The default store: rooms in a SQLite file, and the driver of its operations."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

from ...core.revisions import Revision
from ..base import Durability
from ..errors import VersionConflict
from ..invites import InviteStore
from ..peers import PeerStore
from ..runs import RunStore
from ..sql.compaction import SQLCompaction
from ..sql.invites import SQLInvites
from ..sql.log import INSERT_REVISION, SQLLog, lock, revision_row
from ..sql.names import SQLNames
from ..sql.operation import (
    Access,
    All,
    Compute,
    Many,
    Notify,
    One,
    Operation,
    Run,
    Step,
    operation,
)
from ..sql.points import SQLPoints
from ..sql.properties import SQLProperties
from ..sql.rows import Row
from ..sql.runs import SQLRuns
from .dialect import translate
from .file import SQLiteFile
from .peers import SQLitePeers

T = TypeVar("T")


class SQLiteStore(SQLLog, SQLPoints, SQLCompaction, SQLProperties, SQLNames):
    """Opens the database at ``path``, and creates it if it does not exist.

    ``durability`` "process" is only had on a local disk; elsewhere it becomes "disk".
    ``wait`` is how many seconds a write waits for a database that another process has
    locked; ``reserve``, how many bytes stay free on its disk. Raises ``StorageFailure``
    when the file cannot be used.
    """

    name = "sqlite"

    def __init__(
        self,
        path: Path,
        *,
        durability: Durability = "process",
        wait: float = 2.0,
        reserve: int = 0,
    ) -> None:
        self.file = self._open(path, durability, wait, reserve)
        self.durability = self.file.durability
        super().__init__(SQLiteDriver(self.file))
        self.peers: PeerStore = SQLitePeers(self.driver, self.file)
        self.invites: InviteStore = SQLInvites(self.driver)
        self.runs: RunStore = SQLRuns(self.driver)

    def _open(
        self, path: Path, durability: Durability, wait: float, reserve: int
    ) -> SQLiteFile:
        server = secrets.token_urlsafe(6)
        return SQLiteFile(path, durability, wait, reserve, server)

    async def append(
        self,
        room_id: str,
        after: int,
        revisions: Sequence[Revision],
        epoch: str | None = None,
    ) -> None:
        """Append to a log; see ``Store.append``."""
        rows = [revision_row(room_id, revision) for revision in revisions]
        await self._append(room_id, after, rows, epoch)

    def turn(self, room_id: str) -> AbstractAsyncContextManager[None]:
        """Do nothing; see ``Store.turn``."""
        return nullcontext()

    @property
    def renewals(self) -> int:
        """How often the log was read anew; see ``Store.renewals``."""
        return self.file.renewals

    async def synced(self) -> None:
        """Wait for the disk; see ``Store.synced``."""
        await self.file.synced()

    @operation("append")
    def _append(
        self, room_id: str, after: int, rows: Sequence[Row], epoch: str | None
    ) -> Operation[None]:
        head = yield from lock(room_id, epoch)
        if head != after:
            raise VersionConflict(after, head)
        yield Many(INSERT_REVISION, rows)

    async def close(self) -> None:
        """Finish the operations under way and close the file; see ``Store.close``."""
        await self.peers.close()
        self.file.close()


class SQLiteDriver:
    """Runs operations in the threads of a file."""

    def __init__(self, file: SQLiteFile) -> None:
        self._file = file

    async def run(self, access: Access, start: Callable[[], Operation[T]]) -> T:
        """Run an operation; see ``Driver``."""
        match access:
            case "read":
                return await self._file.read(lambda db: run(db, start()))
            case "read consistently":
                return await self._file.read(lambda db: _run_in_view(db, start()))
            case "append":
                return await self._file.append(lambda db: run(db, start()))
            case "grow":
                return await self._file.add(lambda db: run(db, start()))
            case "write" | "reorganize":
                return await self._file.write(lambda db: run(db, start()))


def run(connection: sqlite3.Connection, steps: Operation[T]) -> T:
    """Run an operation to its end; return its value."""
    result: Any = None
    while True:
        try:
            step = steps.send(result)
        except StopIteration as end:
            value: T = end.value
            return value
        result = _do(connection, step)


def _run_in_view(connection: sqlite3.Connection, steps: Operation[T]) -> T:
    connection.execute("begin")
    try:
        return run(connection, steps)
    finally:
        connection.rollback()


def _do(connection: sqlite3.Connection, step: Step) -> Any:
    match step:
        case One(sql, args):
            return _execute(connection, sql, args).fetchone()
        case All(sql, args):
            return _execute(connection, sql, args).fetchall()
        case Run(sql, args):
            return _execute(connection, sql, args).rowcount
        case Many(sql, rows):
            text, arrange = translate(sql)
            connection.executemany(text, map(arrange, rows))
        case Compute(function):
            return function()
        case Notify():
            pass  # Other servers poll the file for changes.


def _execute(
    connection: sqlite3.Connection, sql: str, args: tuple[object, ...]
) -> sqlite3.Cursor:
    text, arrange = translate(sql)
    return connection.execute(text, arrange(args))
