"""The default store: rooms in a SQLite file."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path

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
from ..sql.operation import Many, Operation, operation
from ..sql.points import SQLPoints
from ..sql.properties import SQLProperties
from ..sql.rows import Row
from ..sql.runs import SQLRuns
from .driver import SQLiteDriver
from .file import SQLiteFile
from .peers import SQLitePeers


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
        self.peers: PeerStore = SQLitePeers(self.file)
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
