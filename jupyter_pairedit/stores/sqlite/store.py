"""Rooms in a SQLite file: the default store.

The file and its two threads are in ``sqlite_file``, the SQL is in the modules beside it
by idea; here each method of ``Store`` finds its own.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path

from ...core.retention import Row
from ...core.revisions import Revision, seal
from ..base import Point, RoomRecord, RoomSummary, Stored, Usage
from ..invites import InviteStore
from ..peers import Neighbours
from ..sql.rows import NEWEST, revision_row
from . import compaction, log, points
from .file import SQLiteFile, Synchronous
from .invites import SQLiteInvites
from .peers import SQLiteNeighbours


class SQLiteStore:
    """Opens, and makes if need be, the database at ``path``.

    ``wait`` is how many seconds a write waits for a database that another process has
    locked; ``reserve``, how many bytes stay free on its disk. Raises ``StorageFailure``
    when the file cannot be used, saying why.
    """

    name = "sqlite"

    def __init__(
        self,
        path: Path,
        *,
        synchronous: Synchronous = "FULL",
        wait: float = 2.0,
        reserve: int = 0,
    ) -> None:
        self.file = self._open(path, synchronous, wait, reserve)
        server = secrets.token_urlsafe(6)
        self.neighbours: Neighbours = SQLiteNeighbours(self.file, server)
        self.invites: InviteStore = SQLiteInvites(self.file.write, self.file.read)

    def _open(
        self, path: Path, synchronous: Synchronous, wait: float, reserve: int
    ) -> SQLiteFile:
        return SQLiteFile(path, synchronous, wait, reserve)

    async def create(
        self, record: RoomRecord, code: str, most: int | None = None
    ) -> bool:
        """See ``Store.create``."""
        return await self.file.add(lambda db: log.create(db, record, code, most))

    async def rooms(self) -> list[RoomSummary]:
        """See ``Store.rooms``."""
        return await self.file.read(log.rooms)

    async def delete(self, room_id: str) -> None:
        """See ``Store.delete``."""
        await self.file.write(lambda db: log.delete(db, room_id))

    async def load(self, room_id: str, at: int | None = None) -> Stored:
        """See ``Store.load``."""
        last = NEWEST if at is None else at
        return await self.file.read(lambda db: log.load(db, room_id, last))

    async def append(
        self,
        room_id: str,
        after: int,
        revisions: Sequence[Revision],
        epoch: str | None = None,
    ) -> None:
        """See ``Store.append``."""
        rows = [revision_row(room_id, revision) for revision in revisions]
        await self.file.add(lambda db: log.append(db, room_id, after, rows, epoch))

    async def revisions(self, room_id: str, after: int, limit: int) -> list[Revision]:
        """See ``Store.revisions``."""
        return await self.file.read(lambda db: log.revisions(db, room_id, after, limit))

    async def snapshot(
        self, room_id: str, version: int, digest: str, code: str
    ) -> None:
        """See ``Store.snapshot``."""
        row = code, seal(digest, code)
        await self.file.add(lambda db: log.keep_snapshot(db, room_id, version, row))

    async def name_version(self, room_id: str, point: Point, most: int) -> None:
        """See ``Points.name_version``."""
        await self.file.write(lambda db: points.name_version(db, room_id, point, most))

    async def points(self, room_id: str) -> list[Point]:
        """See ``Points.points``."""
        return await self.file.read(lambda db: points.points(db, room_id))

    async def forget_name(self, room_id: str, version: int) -> None:
        """See ``Points.forget_name``."""
        await self.file.write(lambda db: points.forget_name(db, room_id, version))

    async def usage(self, room_id: str) -> Usage:
        """See ``Upkeep.usage``."""
        return await self.file.read(lambda db: compaction.usage(db, room_id))

    async def outline(self, room_id: str, after: int, limit: int) -> list[Row]:
        """See ``Upkeep.outline``."""
        return await self.file.read(
            lambda db: compaction.outline(db, room_id, after, limit)
        )

    async def pins(self, room_id: str) -> list[int]:
        """See ``Upkeep.pins``."""
        return await self.file.read(lambda db: compaction.pins(db, room_id))

    async def compact(self, room_id: str, merged: Sequence[Revision]) -> None:
        """See ``Upkeep.compact``."""
        await self.file.write(lambda db: compaction.compact(db, room_id, merged))

    async def close(self) -> None:
        """See ``Store.close``."""
        await self.neighbours.close()
        self.file.close()
