"""The interface of a store of rooms. Each database has one."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from enum import Enum
from typing import Literal, Protocol

from ..core.properties import NewProperties, RoomChange
from ..core.retention import Row
from ..core.revisions import Revision
from ..core.roomnames import RoomName
from ..core.writes import WriteKey
from .invites import InviteStore
from .names import OpenedName
from .peers import PeerStore
from .records import Point, RoomRecord, RoomSummary, Stored, Usage
from .runs import RunStore

Durability = Literal["process", "disk"]
"""What an append has survived when it returns: the end of the process, or also a loss
of power."""


class Contents(Enum):
    """What is in a database that may belong to another program."""

    OURS = "rooms"
    """Perhaps beside the tables of other programs."""
    EMPTY = "nothing, or there is no such database yet"
    FOREIGN = "something of another program"
    UNREACHABLE = "unknown: it does not answer, or cannot be read now"


class PointStore(Protocol):
    """The restore points of rooms."""

    async def name_version(self, room_id: str, point: Point, most: int) -> None:
        """Create a restore point, or rename the one at that version.

        Raises ``RoomNotFound``, ``VersionNotFound``, ``VersionMerged``, and
        ``PointLimit`` if the room has ``most`` others.
        """

    async def points(self, room_id: str) -> list[Point]:
        """Return the restore points in the order of their versions."""

    async def forget_name(self, room_id: str, version: int) -> None:
        """Delete a restore point. Raises ``PointNotFound``."""


class CompactionStore(Protocol):
    """The size of logs, and their compaction."""

    async def usage(self, room_id: str) -> Usage:
        """Return the size of a room; all numbers are 0 if there is none."""

    async def outline(self, room_id: str, after: int, limit: int) -> list[Row]:
        """Return what ``revisions`` returns, without the changes."""

    async def pins(self, room_id: str, *, ended_runs: bool = True) -> list[int]:
        """Return the versions of restore points, runs and the newest snapshot.

        ``ended_runs``: also of those runs that have ended.
        """

    async def compact(self, room_id: str, merged: Sequence[Revision]) -> None:
        """Replace revisions by merged ones, all or none.

        Deletes the snapshots within each of them. Raises ``RoomNotFound``, and
        ``VersionConflict`` if a merged revision is not that of the stored ones, or a
        restore point, or a run that has not ended, names a version within it.
        """


class PropertyStore(Protocol):
    """The properties of rooms, and the history of their changes."""

    async def record(self, room_id: str) -> RoomRecord:
        """Return the record of a room. Raises ``RoomNotFound``."""

    async def change(
        self,
        room_id: str,
        new: NewProperties,
        *,
        author: str,
        at: float,
        expected: int | None,
        keep: int,
    ) -> RoomRecord:
        """Change properties of a room and return its record.

        ``expected`` is the counter ``changes`` that the caller has seen; None is any.
        The newest ``keep`` changes stay in the history. A room that has the new
        properties already is not changed. Raises ``RoomNotFound`` and ``RoomChanged``.
        """

    async def changes(self, room_id: str) -> list[RoomChange]:
        """Return the history of the properties, the oldest change first."""

    async def add_changes(self, room_id: str, changes: Sequence[RoomChange]) -> None:
        """Add changes to the history, except for those that are in it."""


class NameStore(Protocol):
    """The names of rooms. A room has at most one; each owner has a name once."""

    async def open_name(
        self,
        owner: str,
        name: RoomName,
        record: RoomRecord,
        code: str,
        most: int | None = None,
    ) -> OpenedName:
        """Return the room of that name; without one, create ``record`` and name it.

        Calls at the same time, on any server, return one room. A room that exists with
        the id of ``record`` gets the name. The newest ``FREED_NAMES`` names of deleted
        rooms are remembered. Raises ``RoomNamed`` and ``RoomLimit``.
        """

    async def give_name(self, owner: str, name: RoomName, room_id: str) -> bool:
        """Name a room that exists; return whether it has that name now.

        It has not if it has another one, or another room has this one. Raises
        ``RoomNotFound``.
        """

    async def names(self, owner: str) -> dict[str, str]:
        """Return the names that an owner's rooms have, by the ids of the rooms."""

    async def name_of(self, room_id: str) -> str | None:
        """Return the name that a room has, whoever its owner is."""


class Store(PointStore, CompactionStore, PropertyStore, NameStore, Protocol):
    """Rooms and their logs. Every method may raise ``StorageFailure``."""

    name: str
    """The name of the database, for users."""
    durability: Durability
    """What ``append`` waits for. All other methods that write wait for the disk."""

    @property
    def renewals(self) -> int:
        """How often the log was read anew because a sync had failed.

        What was read or appended before and not synced may be missing since.
        """

    invites: InviteStore
    """The invites of the rooms."""
    runs: RunStore
    """The runs of the rooms, and their outputs."""
    peers: PeerStore
    """The other servers on the same database."""

    async def create(
        self, record: RoomRecord, code: str, most: int | None = None
    ) -> bool:
        """Create a room with ``code`` as version 0; False if it exists already.

        Raises ``RoomLimit`` if there are ``most`` others.
        """

    async def rooms(self) -> list[RoomSummary]:
        """Return all rooms, the last changed first."""

    async def delete(self, room_id: str, at: float) -> None:
        """Delete a room with its log, and record when. Raises ``RoomNotFound``.

        ``at`` is in seconds since 1970. While the id is in the record, which has a
        limited size, errors for it are ``RoomDeleted``.
        """

    async def load(self, room_id: str, at: int | None = None) -> Stored:
        """Read a room as it is, or as it was at a version.

        Raises ``RoomNotFound``, and ``RoomDamaged`` if it is inconsistent.
        """

    async def append(
        self,
        room_id: str,
        after: int,
        revisions: Sequence[Revision],
        epoch: str | None = None,
    ) -> None:
        """Append revisions to the log, all or none; return when they are committed.

        Every server on this database sees them then. Whether they survive a loss of
        power depends on ``durability``, see ``synced``. The first one is version
        ``after + 1``. Raises ``VersionConflict`` if the log does not end at ``after``,
        ``EpochChanged`` if the room has got another epoch than ``epoch``, and
        ``RoomNotFound``, also if another room has its id.
        """

    def turn(self, room_id: str) -> AbstractAsyncContextManager[None]:
        """Return a context in which the appends of other servers to the room wait.

        For a server that others have preceded several times: it is farther from the
        database than they are, and would lose for as long as people type there. It
        ends with the context, or if nothing is appended for some seconds. On a
        database on which all servers are equally near, it does nothing.
        """

    async def synced(self) -> None:
        """Wait until everything that was committed before the call is on the disk.

        Raises ``StorageFailure`` if that cannot be known any more.
        """

    async def version_of(self, room_id: str, write: WriteKey) -> int | None:
        """Return the version of the first write that makes ``write`` a repeat.

        None if there is none. The key of a write that was merged is not stored.
        """

    async def revisions(self, room_id: str, after: int, limit: int) -> list[Revision]:
        """Return the revisions after version ``after``, in order.

        ``limit`` is the maximum number; -1 is no limit. If ``after`` was merged with
        later versions, the first revision is the merged one.
        """

    async def snapshot(
        self, room_id: str, version: int, digest: str, code: str
    ) -> None:
        """Store the code at a version, from which ``load`` can start.

        ``digest`` is that of the revision. Does nothing if the log has no revision with
        that version.
        """

    async def close(self) -> None:
        """Finish the operations under way, then disconnect. May be called again."""
